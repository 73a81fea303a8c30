package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Networks other than language models learn by their increments; their bases stay. */
class LoraOnOtherNetworksTest {
    private static ComputationGraphConfiguration.GraphBuilder builder() {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(0.01))
                .weightDecay(0.01)
                .graphBuilder();
    }

    private static ConvolutionLayer conv(int channels) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(channels)
                .convolutionMode(ConvolutionMode.Same)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .build();
    }

    /** Two residual blocks with batch normalization. */
    private static ComputationGraphConfiguration.GraphBuilder residual() {
        return builder()
                .addInputs("image")
                .addLayer("stem", conv(6), "image")
                .addLayer("norm0", new BatchNormalization(), "stem")
                .addLayer("relu0", new ActivationLayer(Activation.RELU), "norm0")
                .addLayer("conv1", conv(6), "relu0")
                .addLayer("norm1", new BatchNormalization(), "conv1")
                .addVertex(
                        "add1", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm1", "relu0")
                .addLayer("relu1", new ActivationLayer(Activation.RELU), "add1")
                .addLayer(
                        "half",
                        new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
                        "relu1")
                .addLayer("conv2", conv(6), "half")
                .addLayer("norm2", new BatchNormalization(), "conv2")
                .addVertex("add2", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm2", "half")
                .addLayer("relu2", new ActivationLayer(Activation.RELU), "add2");
    }

    /** Horizontal or vertical stripes in noise. */
    private static DataSet stripes(boolean perPixel) {
        Random random = new Random(3);
        INDArray x = Nd4j.zeros(16, 1, 8, 8);
        INDArray y = perPixel ? Nd4j.zeros(16, 2, 4, 4) : Nd4j.zeros(16, 2);
        for (int i = 0; i < 16; i++) {
            for (int r = 0; r < 8; r++) {
                for (int c = 0; c < 8; c++) {
                    int stripe = (i % 2 == 0 ? r : c) % 4 < 2 ? 1 : -1;
                    x.putScalar(i, 0, r, c, stripe + 0.5 * random.nextGaussian());
                    if (perPixel) {
                        y.putScalar(i, i % 2, r / 2, c / 2, 1);
                    }
                }
            }
            if (!perPixel) {
                y.putScalar(i, i % 2, 1);
            }
        }
        return new DataSet(x, y);
    }

    private static void learns(ComputationGraph graph, LoraConfig.Builder config, DataSet data) {
        Map<String, INDArray> before = graph.clone().paramTable();
        ComputationGraph adapted =
                new LoraTransformer.Builder(graph).config(config.build()).build().transform();
        INDArray same = graph.outputSingle(data.getFeatures());
        assertTrue(same.equalsWithEps(adapted.outputSingle(data.getFeatures()), 1e-4));
        adapted.addListeners(new SilentAdapters());
        double first = loss(adapted, data);
        for (int i = 0; i < 40; i++) {
            adapted.fit(data);
        }
        double last = loss(adapted, data);
        assertTrue(last < 0.3 * first, first + " -> " + last);
        before.forEach(
                (key, value) -> {
                    int cut = key.indexOf('_');
                    if (adapted.getLayer(key.substring(0, cut)) instanceof LoraRuntime layer) {
                        assertEquals(value, layer.base(key.substring(cut + 1)), key);
                    }
                });
    }

    private static double loss(ComputationGraph graph, DataSet data) {
        return graph.score(data) - graph.calcRegularizationScore(true);
    }

    private static LoraConfig.Builder allLinear() {
        return new LoraConfig.Builder().allLinear().rank(2).alpha(8).updater(new Adam(0.03));
    }

    @Test
    void residualNetwork() {
        ComputationGraph graph =
                new ComputationGraph(
                        residual()
                                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu2")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder()
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "pool")
                                .setOutputs("out")
                                .setInputTypes(InputType.convolutional(8, 8, 1))
                                .build());
        graph.init();
        for (BasePlacement placement : BasePlacement.values()) {
            learns(graph, allLinear().modulesToSave("out").base(placement), stripes(false));
        }
    }

    /** Its head is a convolution, trained in full, below a loss for each pixel. */
    @Test
    void segmentation() {
        ComputationGraph graph =
                new ComputationGraph(
                        residual()
                                .addLayer(
                                        "head",
                                        new ConvolutionLayer.Builder(1, 1)
                                                .nOut(2)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "relu2")
                                .addLayer(
                                        "loss",
                                        new CnnLossLayer.Builder()
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "head")
                                .setOutputs("loss")
                                .setInputTypes(InputType.convolutional(8, 8, 1))
                                .build());
        graph.init();
        learns(graph, allLinear().modulesToSave("head"), stripes(true));
    }

    /** Rising or falling sequences. */
    private static INDArray sequences() {
        Random random = new Random(3);
        INDArray x = Nd4j.zeros(16, 2, 6);
        for (int i = 0; i < 16; i++) {
            for (int t = 0; t < 6; t++) {
                double trend = (i % 2 == 0 ? 1 : -1) * (t - 2.5) / 3;
                x.putScalar(i, 0, t, trend + 0.2 * random.nextGaussian());
                x.putScalar(i, 1, t, random.nextGaussian());
            }
        }
        return x;
    }

    @Test
    void sequenceClassifier() {
        ComputationGraph graph =
                new ComputationGraph(
                        builder()
                                .addInputs("series")
                                .addLayer(
                                        "first",
                                        new Bidirectional(
                                                Bidirectional.Mode.CONCAT,
                                                new LSTM.Builder().nOut(6).build()),
                                        "series")
                                .addLayer(
                                        "second",
                                        new LastTimeStep(new LSTM.Builder().nOut(6).build()),
                                        "first")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder()
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "second")
                                .setOutputs("out")
                                .setInputTypes(InputType.recurrent(2, 6))
                                .build());
        graph.init();
        INDArray y = Nd4j.zeros(16, 2);
        for (int i = 0; i < 16; i++) {
            y.putScalar(i, i % 2, 1);
        }
        for (BasePlacement placement : BasePlacement.values()) {
            learns(
                    graph,
                    allLinear().modulesToSave("out").base(placement),
                    new DataSet(sequences(), y));
        }
    }

    @Test
    void sequenceLabels() {
        ComputationGraph graph =
                new ComputationGraph(
                        builder()
                                .addInputs("series")
                                .addLayer("lstm", new LSTM.Builder().nOut(6).build(), "series")
                                .addLayer(
                                        "out",
                                        new RnnOutputLayer.Builder()
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "lstm")
                                .setOutputs("out")
                                .setInputTypes(InputType.recurrent(2, 6))
                                .build());
        graph.init();
        INDArray x = sequences();
        INDArray y = Nd4j.zeros(16, 2, 6);
        for (int i = 0; i < 16; i++) {
            for (int t = 0; t < 6; t++) {
                y.putScalar(i, x.getDouble(i, 0, t) > 0 ? 1 : 0, t, 1);
            }
        }
        learns(graph, allLinear().modulesToSave("out"), new DataSet(x, y));
    }
}
