package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.stat.correlation.Covariance;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class FidTest {

    /** Every pixel is a feature. */
    private static final ImageFeatures PIXELS =
            images -> images.dup('c').reshape(images.size(0), images.length() / images.size(0));

    private static INDArray images(int count, int seed) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.FLOAT, count, 1, 2, 2);
    }

    @Test
    void aShiftCostsItsSquare() {
        INDArray real = images(50, 1);
        Fid fid = new Fid(PIXELS);
        fid.real(real);
        fid.generated(real.add(0.5));
        assertEquals(4 * 0.25, fid.value(), 1e-5);
    }

    /** Variances v and 4v: (2 - 1)^2 v in each direction. */
    @Test
    void aScaleCostsTheDifferenceOfDeviations() {
        INDArray real = images(200, 2);
        INDArray centered = real.sub(Nd4j.mean(real, 0).reshape(1, 1, 2, 2));
        Fid fid = new Fid(PIXELS);
        fid.real(centered);
        fid.generated(centered.mul(2));
        double variances = centered.mul(centered).sumNumber().doubleValue() / 199;
        assertEquals(variances, fid.value(), 1e-4);
        Fid regularized = new Fid(PIXELS, 1e6);
        regularized.real(centered);
        regularized.generated(centered.mul(2));
        assertTrue(regularized.value() < 1e-3 * variances, "variances of a million hide the rest");
    }

    @Test
    void statisticsDoNotDependOnBatches() {
        INDArray values = images(31, 3).reshape(31, 4).muli(0.01).addi(100).castTo(DataType.DOUBLE);
        FeatureStatistics statistics = new FeatureStatistics();
        for (int from = 0; from < 31; from += 7) {
            statistics.add(
                    values.get(
                            NDArrayIndex.interval(from, Math.min(31, from + 7)),
                            NDArrayIndex.all()));
        }
        double[][] expected =
                new Covariance(values.toDoubleMatrix()).getCovarianceMatrix().getData();
        double[][] covariance = statistics.covariance();
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(expected[i], covariance[i], 1e-14);
        }
        assertArrayEquals(values.mean(0).data().asDouble(), statistics.mean(), 1e-10);
        assertEquals(31, statistics.count());
    }

    @Test
    void fewPicturesAreNotEnough() {
        Fid fid = new Fid(PIXELS);
        fid.real(images(1, 4));
        fid.generated(images(3, 4));
        IllegalStateException e = assertThrows(IllegalStateException.class, fid::value);
        assertEquals("At least 2 feature vectors are needed, got 1", e.getMessage());
        fid.real(images(1, 5));
        assertTrue(fid.value() > 0, "without full rank, with a warning");
    }

    @Test
    void wrongFeaturesAreNamed() {
        FeatureStatistics statistics = new FeatureStatistics().add(Nd4j.zeros(2, 3));
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> statistics.add(Nd4j.zeros(2, 4)));
        assertEquals("features must be [batch, 3], got [2, 4]", e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> statistics.add(Nd4j.valueArrayOf(new long[] {2, 3}, Double.NaN)));
        assertThrows(IllegalArgumentException.class, () -> new Fid(PIXELS, -1));
    }

    @Test
    void featuresOfAGraph() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(1)
                                .graphBuilder()
                                .addInputs("image")
                                .setInputTypes(InputType.convolutional(4, 4, 1))
                                .addLayer(
                                        "conv",
                                        new ConvolutionLayer.Builder(3, 3)
                                                .nOut(5)
                                                .activation(Activation.TANH)
                                                .build(),
                                        "image")
                                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nOut(2)
                                                .build(),
                                        "pool")
                                .setOutputs("out")
                                .build());
        graph.init();
        INDArray images = Nd4j.rand(DataType.FLOAT, 6, 1, 4, 4);
        INDArray pooled = new GraphFeatures(graph, "pool").features(images);
        assertArrayEquals(new long[] {6, 5}, pooled.shape());
        assertTrue(pooled.equalsWithEps(new GraphFeatures(graph, "conv").features(images), 1e-5));
        assertArrayEquals(
                new long[] {6, 2}, new GraphFeatures(graph, "out").features(images).shape());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> new GraphFeatures(graph, "logits"));
        assertTrue(e.getMessage().contains("pool") && e.getMessage().endsWith("got 'logits'"));
    }
}
