package org.dl4jplugins.multimodal.metric;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The network of a {@link SceneRecognizer}: three convolutions, each halving; one dense layer. */
final class SceneRecognizerGraph {
    static final String FEATURES = "features";
    static final double LEARNING_RATE = 1e-3;

    private static final int[] CHANNELS = {24, 48, 64};

    private SceneRecognizerGraph() {}

    static ComputationGraph build(int height, int width, long seed) {
        int factor = 1 << CHANNELS.length;
        if (height < factor || width < factor || height % factor != 0 || width % factor != 0) {
            throw new IllegalArgumentException(
                    "height and width must be multiples of "
                            + factor
                            + ", got "
                            + height
                            + " and "
                            + width);
        }
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .updater(new Adam(LEARNING_RATE))
                        .weightInit(WeightInit.RELU)
                        .convolutionMode(ConvolutionMode.Same)
                        .graphBuilder()
                        .addInputs("image")
                        .setInputTypes(InputType.convolutional(height, width, 3));
        String below = "image";
        for (int i = 0; i < CHANNELS.length; i++) {
            below = stage(builder, i, below);
        }
        builder.addLayer(
                FEATURES,
                new DenseLayer.Builder().nOut(128).activation(Activation.RELU).build(),
                below);
        String[] outputs = new String[SceneHead.values().length];
        for (SceneHead head : SceneHead.values()) {
            outputs[head.ordinal()] = head.layer();
            builder.addLayer(
                    head.layer(),
                    new OutputLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .weightInit(WeightInit.XAVIER)
                            .nOut(head.classes())
                            .build(),
                    FEATURES);
        }
        ComputationGraph graph = new ComputationGraph(builder.setOutputs(outputs).build());
        graph.init();
        return graph;
    }

    private static String stage(GraphBuilder builder, int number, String below) {
        builder.addLayer(
                "conv" + number,
                new ConvolutionLayer.Builder(3, 3)
                        .nOut(CHANNELS[number])
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build(),
                below);
        builder.addLayer("norm" + number, new BatchNormalization(), "conv" + number);
        builder.addLayer("relu" + number, new ActivationLayer(Activation.RELU), "norm" + number);
        builder.addLayer(
                "pool" + number,
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build(),
                "relu" + number);
        return "pool" + number;
    }
}
