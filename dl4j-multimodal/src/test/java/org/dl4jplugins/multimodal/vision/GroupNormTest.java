package org.dl4jplugins.multimodal.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.LayerBattery;
import org.dl4jplugins.multimodal.uvit.NoiseLoss;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class GroupNormTest {
    private static INDArray random(long seed, long... shape) {
        return Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape)
                .castTo(DataType.DOUBLE)
                .subi(0.5);
    }

    private static ConvolutionLayer convolution(int in, int out) {
        return new ConvolutionLayer.Builder(1, 1)
                .nIn(in)
                .nOut(out)
                .activation(Activation.TANH)
                .build();
    }

    /** Also a sample from moments, and their distance from the normal distribution. */
    private static ComputationGraphConfiguration configuration() {
        return new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .graphBuilder()
                .addInputs("image", "noise")
                .addLayer("below", convolution(2, 4), "image")
                .addLayer(
                        "norm",
                        new GroupNorm.Builder()
                                .channels(4)
                                .groups(2)
                                .activation(new ActivationSwish())
                                .build(),
                        "below")
                .addLayer("moments", convolution(4, 4), "norm")
                .addVertex("both", new MergeVertex(), "moments", "noise")
                .addLayer("sample", new GaussianSample(), "both")
                .addLayer("above", convolution(2, 2), "sample")
                .addLayer("plain", new GroupNorm.Builder().channels(2).groups(1).build(), "above")
                .addLayer("loss", new NoiseLoss.Builder().build(), "plain")
                .addLayer("kl", new KlLoss.Builder().weight(0.7).build(), "moments")
                .setOutputs("loss", "kl")
                .build();
    }

    @TestFactory
    Stream<DynamicTest> battery() {
        return LayerBattery.of(GroupNormTest::configuration)
                .inputs(random(1, 3, 2, 3, 2), random(2, 3, 2, 3, 2).muli(3))
                .labels(random(3, 3, 2, 3, 2), Nd4j.zeros(DataType.DOUBLE, 3, 1))
                .seeds(12345)
                .tests();
    }

    @Test
    void groupsHaveMeanZeroAndVarianceOne() {
        INDArray x = random(1, 2, 6, 3, 2).muli(5).addi(3);
        INDArray y = x.like();
        INDArray gain = Nd4j.ones(DataType.DOUBLE, 1, 6);
        new GroupStatistics(3, 1e-12).forward(x, gain, gain.mul(0), y);
        INDArray rows = y.reshape('c', 6, 12);
        assertTrue(rows.mean(1).amaxNumber().doubleValue() < 1e-9);
        assertTrue(rows.var(false, 1).subi(1).amaxNumber().doubleValue() < 1e-9);
    }

    @Test
    void loopsGiveWhatNd4jGives() {
        INDArray x = random(1, 2, 6, 3, 2).muli(5).addi(3);
        INDArray dy = random(2, 2, 6, 3, 2);
        INDArray gain = random(3, 1, 6);
        INDArray offset = random(4, 1, 6);
        GroupStatistics statistics = new GroupStatistics(2, 1e-6);
        INDArray y = x.like();
        INDArray dx = x.like();
        statistics.forward(x, gain, offset, y);
        INDArray[] ofParameters = statistics.backward(x, gain, dy, dx);

        INDArray floats = x.castTo(DataType.FLOAT);
        INDArray floatGain = gain.castTo(DataType.FLOAT);
        INDArray y2 = floats.like();
        INDArray dx2 = floats.like();
        statistics.forward(floats, floatGain, offset.castTo(DataType.FLOAT), y2);
        INDArray[] ofParameters2 =
                statistics.backward(floats, floatGain, dy.castTo(DataType.FLOAT), dx2);
        Reference.assertClose(y, y2, 1e-6, "output");
        Reference.assertClose(dx, dx2, 1e-5, "gradient of the input");
        Reference.assertClose(ofParameters[0], ofParameters2[0], 1e-6, "gain");
        Reference.assertClose(ofParameters[1], ofParameters2[1], 1e-6, "offset");
    }

    @Test
    void groupsMustDivideChannels() {
        Exception e =
                assertThrows(
                        DL4JInvalidConfigException.class,
                        () -> new GroupNorm.Builder().channels(6).groups(4).build());
        assertEquals(
                "channels must be a multiple of groups, at least 1, got 6 channels and 4 groups",
                e.getMessage());
    }

    @Test
    void divergenceOfKnownDistributions() {
        INDArray moments = Nd4j.createFromArray(1.0, -2, 0, Math.log(4)).reshape(1, 4, 1, 1);
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .graphBuilder()
                                .addInputs("moments")
                                .addLayer("kl", new KlLoss.Builder().build(), "moments")
                                .setOutputs("kl")
                                .build());
        graph.init();
        double first = 0.5 * 1;
        double second = 0.5 * (4 + 4 - 1 - Math.log(4));
        assertEquals(
                (first + second) / 2,
                graph.score(new DataSet(moments, Nd4j.zeros(DataType.DOUBLE, 1, 1))),
                1e-12);
    }
}
