package org.dl4jplugins.mtl.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class DenseLossTest {

    private static final int BATCH = 3;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;
    private static final int CLASSES = 4;

    private DataType before;
    private INDArray features;
    private INDArray classes;
    private INDArray depth;
    private INDArray normals;
    private INDArray mask;

    @BeforeEach
    void data() {
        before = Nd4j.dataType();
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
        Nd4j.getRandom().setSeed(7);
        features = Nd4j.randn(DataType.DOUBLE, BATCH, 2, HEIGHT, WIDTH);
        classes = Nd4j.zeros(DataType.DOUBLE, BATCH, CLASSES, HEIGHT, WIDTH);
        depth = Nd4j.rand(DataType.DOUBLE, BATCH, 1, HEIGHT, WIDTH).addi(0.5);
        normals = Nd4j.randn(DataType.DOUBLE, BATCH, 3, HEIGHT, WIDTH);
        mask = Nd4j.ones(DataType.DOUBLE, BATCH, 1, HEIGHT, WIDTH);
        for (int b = 0; b < BATCH; b++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int pixel = b * 7 + y * 3 + x;
                    if (pixel % 6 != 0) { // else not labeled
                        classes.putScalar(new int[] {b, pixel % CLASSES, y, x}, 1);
                    } else {
                        depth.putScalar(new int[] {b, 0, y, x}, 0);
                        for (int c = 0; c < 3; c++) {
                            normals.putScalar(new int[] {b, c, y, x}, 0);
                        }
                    }
                    if (pixel % 5 == 0) {
                        mask.putScalar(new int[] {b, 0, y, x}, 0);
                    }
                }
            }
        }
    }

    @AfterEach
    void restore() {
        Nd4j.setDefaultDataTypes(before, before);
    }

    private static ComputationGraph graph() {
        return graph(HEIGHT, WIDTH);
    }

    private static ComputationGraph graph(int height, int width) {
        ComputationGraph graph = new ComputationGraph(configuration(height, width));
        graph.init();
        return graph;
    }

    private static ComputationGraphConfiguration configuration(int height, int width) {
        ILossFunction exact = new LossMCXENT(0, null); // no clipping: exact gradients
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new NoOp())
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(height, width, 2))
                .addLayer("shared", convolution(3, 5, Activation.TANH), "image")
                .addLayer("c", convolution(1, CLASSES, Activation.IDENTITY), "shared")
                .addLayer("d", convolution(1, 1, Activation.IDENTITY), "shared")
                .addLayer("n", convolution(1, 3, Activation.IDENTITY), "shared")
                .addLayer("classes", output(exact, Activation.SOFTMAX), "c")
                .addLayer("depth", output(new LossL1(), Activation.SOFTPLUS), "d")
                .addLayer("normals", output(new NormalsLoss(), Activation.TANH), "n")
                .setOutputs("classes", "depth", "normals")
                .build();
    }

    private static ConvolutionLayer convolution(int kernel, int channels, Activation activation) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(channels)
                .activation(activation)
                .build();
    }

    private static CnnLossLayer output(ILossFunction loss, Activation activation) {
        return new CnnLossLayer.Builder(new PixelMeanLoss(loss, HEIGHT, WIDTH))
                .activation(activation)
                .build();
    }

    @Test
    void gradientsAreThoseOfTheScoreWithAndWithoutMask() {
        for (INDArray[] masks : new INDArray[][] {null, {mask, mask, mask}}) {
            assertTrue(
                    GradientCheckUtil.checkGradients(
                            new GradientCheckUtil.GraphConfig()
                                    .net(graph())
                                    .inputs(new INDArray[] {features})
                                    .labels(new INDArray[] {classes, depth, normals})
                                    .labelMask(masks)
                                    .epsilon(1e-6)
                                    .maxRelError(1e-5)
                                    .minAbsoluteError(1e-9)));
        }
    }

    /** The three means over valid pixels, pixel by pixel from the definition. */
    @Test
    void scoreIsTheMeanOverValidPixels() {
        for (INDArray some : new INDArray[] {null, mask}) {
            ComputationGraph graph = graph();
            INDArray[] outputs = graph.output(features);
            double entropy = 0;
            double distance = 0;
            double angle = 0;
            int valid = 0;
            for (int b = 0; b < BATCH; b++) {
                for (int y = 0; y < HEIGHT; y++) {
                    for (int x = 0; x < WIDTH; x++) {
                        boolean masked = some != null && some.getDouble(b, 0, y, x) == 0;
                        if (masked || depth.getDouble(b, 0, y, x) == 0) {
                            continue;
                        }
                        valid++;
                        distance +=
                                Math.abs(
                                        outputs[1].getDouble(b, 0, y, x)
                                                - depth.getDouble(b, 0, y, x));
                        for (int c = 0; c < CLASSES; c++) {
                            entropy -=
                                    classes.getDouble(b, c, y, x)
                                            * Math.log(outputs[0].getDouble(b, c, y, x));
                        }
                        angle += 1 - cosine(outputs[2], normals, b, y, x);
                    }
                }
            }
            MultiDataSet data =
                    new MultiDataSet(
                            new INDArray[] {features},
                            new INDArray[] {classes, depth, normals},
                            null,
                            some == null ? null : new INDArray[] {some, some, some});
            assertEquals((entropy + distance + angle) / valid, graph.score(data), 1e-9);
        }
    }

    private static double cosine(INDArray a, INDArray b, int example, int y, int x) {
        double dot = 0;
        double lengthOfA = 0;
        double lengthOfB = 0;
        for (int c = 0; c < 3; c++) {
            double one = a.getDouble(example, c, y, x);
            double other = b.getDouble(example, c, y, x);
            dot += one * other;
            lengthOfA += one * one;
            lengthOfB += other * other;
        }
        return dot / Math.sqrt(lengthOfA * lengthOfB);
    }

    @Test
    void batchesWithoutValidPixelsCostNothing() {
        ComputationGraph graph = graph();
        INDArray none = Nd4j.zeros(DataType.DOUBLE, BATCH, 1, HEIGHT, WIDTH);
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {features},
                        new INDArray[] {classes, depth, normals},
                        null,
                        new INDArray[] {none, none, none});
        assertEquals(0, graph.score(data));
        graph.setInputs(features);
        graph.setLabels(classes, depth, normals);
        graph.setLayerMaskArrays(null, new INDArray[] {none, none, none});
        graph.computeGradientAndScore();
        assertEquals(0, graph.getFlattenedGradients().amaxNumber().doubleValue());
    }

    @Test
    void configurationSurvivesJson() {
        ComputationGraphConfiguration configuration = configuration(HEIGHT, WIDTH);
        assertEquals(configuration, ComputationGraphConfiguration.fromJson(configuration.toJson()));
    }

    @Test
    void wrongSizesAreNamed() {
        assertThrows(IllegalArgumentException.class, () -> new PixelMeanLoss(null, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new PixelMeanLoss(new LossL1(), 0, 1));
        PixelMeanLoss loss = new PixelMeanLoss(new LossL1(), 2, 3);
        INDArray rows = Nd4j.ones(DataType.DOUBLE, 7, 1);
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        loss.computeScore(
                                                rows, rows, new ActivationIdentity(), null, false))
                        .getMessage();
        assertTrue(message.contains("7 pixels") && message.contains("2 x 3"), message);
    }
}
