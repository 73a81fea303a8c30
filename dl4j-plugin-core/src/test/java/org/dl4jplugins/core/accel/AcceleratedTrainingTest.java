package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class AcceleratedTrainingTest {
    private static final int STEPS = 6;

    private static ComputationGraph net(long seed) {
        ComputationGraphConfiguration conf =
                AcceleratorTest.residual(WorkspaceMode.ENABLED, DataType.FLOAT);
        ComputationGraph net = new ComputationGraph(conf);
        net.init();
        Nd4j.getRandom().setSeed(seed);
        net.setParams(net.params().add(Nd4j.randn(net.params().shape()).muli(0.01)));
        assertTrue(Accelerator.accelerate(net).accelerated().size() > 10);
        return net;
    }

    private static INDArray train(ComputationGraph net, INDArray x) {
        for (int i = 0; i < STEPS; i++) {
            net.fit(new INDArray[] {x}, new INDArray[] {Twins.labels((int) x.size(0), 4)});
        }
        return net.params();
    }

    /** Large enough for several threads and several partial sums in every layer. */
    private static INDArray data() {
        Nd4j.getRandom().setSeed(4);
        return Nd4j.randn(48, 3, 19, 22);
    }

    private static void assertSameBits(INDArray expected, INDArray actual) {
        float[] e = expected.dup().data().asFloat();
        float[] a = actual.dup().data().asFloat();
        for (int i = 0; i < e.length; i++) {
            assertEquals(Float.floatToIntBits(e[i]), Float.floatToIntBits(a[i]), "parameter " + i);
        }
    }

    @Test
    void networksInTwoThreadsLearnTheSameBitsAsOneAfterTheOther() throws Exception {
        INDArray x = data();
        List<INDArray> expected = new ArrayList<>();
        List<ComputationGraph> nets = new ArrayList<>();
        for (long seed = 1; seed <= 2; seed++) {
            expected.add(train(net(seed), x).dup());
            nets.add(net(seed));
        }
        assertNotEquals(expected.get(0), expected.get(1));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<INDArray>> results = new ArrayList<>();
            for (ComputationGraph net : nets) {
                results.add(threads.submit(() -> train(net, x)));
            }
            for (int i = 0; i < 2; i++) {
                assertSameBits(expected.get(i), results.get(i).get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GradientNormalization.class,
            names = {"RenormalizeL2PerLayer", "ClipL2PerParamType", "ClipElementWiseAbsoluteValue"})
    void constraintsAndGradientNormalizationAsInStock(GradientNormalization normalization) {
        Nd4j.getRandom().setSeed(9);
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .updater(new Sgd(0.5))
                        .gradientNormalization(normalization)
                        .gradientNormalizationThreshold(0.01)
                        .constrainWeights(new MaxNormConstraint(0.3, 1, 2, 3))
                        .list()
                        .layer(conv(9))
                        .layer(new BatchNormalization())
                        .layer(conv(18))
                        .layer(
                                new OutputLayer.Builder()
                                        .nOut(3)
                                        .activation(Activation.SOFTMAX)
                                        .constrainWeights(new MaxNormConstraint(0.3, 1))
                                        .build())
                        .setInputType(InputType.convolutional(7, 8, 2))
                        .build();
        Acceleration done =
                Twins.assertEqual(
                        conf,
                        Nd4j.randn(5, 2, 7, 8),
                        Nd4j.randn(3, 2, 7, 8),
                        Nd4j.randn(5, 2, 7, 8));
        assertEquals(3, done.accelerated().size());
        MultiLayerNetwork net = new MultiLayerNetwork(conf);
        net.init();
        Accelerator.accelerate(net);
        net.fit(Nd4j.randn(5, 2, 7, 8), Twins.labels(5, 3));
        INDArray norms = net.getParam("2_W").norm2(1, 2, 3);
        assertEquals(0.3, norms.maxNumber().doubleValue(), 1e-5); // the constraint was at work
    }

    private static ConvolutionLayer conv(int filters) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(filters)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .build();
    }
}
