package org.dl4jplugins.examples.kif;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jplugins.cl.stream.ClassMaskedLoss;
import org.dl4jplugins.core.accel.Accelerator;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** Small networks from pictures [batch, 784] to probabilities [batch, 10]. */
final class ImageModels {

    private static final int SIDE = 28;
    private static final int DIGITS = 10;

    private ImageModels() {}

    static ComputationGraph of(String model, long seed, double learningRate) {
        GraphBuilder graph =
                new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .updater(new Adam(learningRate))
                        .weightInit(WeightInit.RELU)
                        .activation(Activation.RELU)
                        .graphBuilder()
                        .addInputs("pixels");
        String last = model.equals("cnn") ? convolutions(graph) : hidden(graph);
        graph.addLayer(
                        "digits",
                        new OutputLayer.Builder(new ClassMaskedLoss())
                                .nOut(DIGITS)
                                .weightInit(WeightInit.XAVIER)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        last)
                .setOutputs("digits");
        ComputationGraph made = new ComputationGraph(graph.build());
        made.init();
        Accelerator.accelerate(made);
        return made;
    }

    /** Two hidden layers of 100. */
    private static String hidden(GraphBuilder graph) {
        graph.setInputTypes(InputType.feedForward(SIDE * SIDE))
                .addLayer("hidden1", dense(100), "pixels")
                .addLayer("hidden2", dense(100), "hidden1");
        return "hidden2";
    }

    /** Two convolutions of 8 and 16 channels, and a hidden layer of 64. */
    private static String convolutions(GraphBuilder graph) {
        graph.setInputTypes(InputType.convolutionalFlat(SIDE, SIDE, 1))
                .addLayer("conv1", convolution(8), "pixels")
                .addLayer("pool1", pool(), "conv1")
                .addLayer("conv2", convolution(16), "pool1")
                .addLayer("pool2", pool(), "conv2")
                .addLayer("hidden", dense(64), "pool2");
        return "hidden";
    }

    private static DenseLayer dense(int width) {
        return new DenseLayer.Builder().nOut(width).build();
    }

    private static ConvolutionLayer convolution(int channels) {
        return new ConvolutionLayer.Builder(3, 3).nOut(channels).build();
    }

    private static SubsamplingLayer pool() {
        return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }
}
