package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Frozen batch normalization: its running statistics count, and stay. */
class FrozenBatchNormalizationTest {
    private static final INDArray X = Nd4j.rand(3, 2, 4, 3).subi(0.5);
    private static final INDArray Y = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}});

    private static ComputationGraphConfiguration base(
            CNN2DFormat format, BatchNormalization.Builder norm) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("x")
                .addLayer(
                        "conv",
                        new ConvolutionLayer.Builder(2, 2)
                                .nOut(3)
                                .activation(Activation.TANH)
                                .build(),
                        "x")
                .addLayer("norm", norm.build(), "conv")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.PNORM), "norm")
                .addLayer(
                        "out",
                        new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                        "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(4, 3, 2, format))
                .build();
    }

    private static BatchNormalization.Builder norm(boolean locked, boolean log) {
        return new BatchNormalization.Builder()
                .lockGammaBeta(locked)
                .gamma(1.5)
                .beta(0.2)
                .eps(0.01)
                .useLogStd(log);
    }

    private static LoraConfig config() {
        return new LoraConfig.Builder().targets("conv").modulesToSave("out").rank(2).build();
    }

    @TestFactory
    Stream<DynamicTest> images() {
        return KindBattery.plain(base(CNN2DFormat.NCHW, norm(false, true)), config())
                .inputs(X)
                .labels(Y)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> lockedWithChannelsLast() {
        return KindBattery.plain(base(CNN2DFormat.NHWC, norm(true, false)), config())
                .inputs(X.permute(0, 2, 3, 1).dup('c'))
                .labels(Y)
                .tests();
    }

    @Test
    void trainingComputesWhatInferenceDoesAndStatisticsStay() {
        for (boolean log : new boolean[] {false, true}) {
            ComputationGraph graph = new ComputationGraph(base(CNN2DFormat.NCHW, norm(false, log)));
            graph.init();
            for (int i = 0; i < 20; i++) {
                graph.fit(new DataSet(X, Y));
            }
            ComputationGraph adapted =
                    new LoraTransformer.Builder(graph).config(config()).build().transform();
            INDArray expected = graph.outputSingle(X);
            assertTrue(expected.equalsWithEps(adapted.outputSingle(X), 1e-5));
            assertTrue(expected.equalsWithEps(adapted.output(true, X)[0], 1e-5));
            Layer norm = adapted.getLayer("norm");
            INDArray before = norm.params().dup();
            for (int i = 0; i < 5; i++) {
                adapted.fit(new DataSet(X, Y));
            }
            assertEquals(before, norm.params());
        }
    }
}
