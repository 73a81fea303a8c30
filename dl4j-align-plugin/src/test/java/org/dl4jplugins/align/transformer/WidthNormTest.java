package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Reference values: PyTorch 1.13 in double precision. */
class WidthNormTest {
    private static final double[][] X = {{0.5, -1.25, 2.0, 0.75, -0.3}, {3.0, 3.5, 2.5, -4.0, 1.0}};
    private static final double[][] DY = {
        {1.0, -2.0, 0.5, 0.25, 3.0}, {-1.0, 0.75, 2.0, -0.5, 1.5}
    };
    private static final double[] G = {1.0, 0.5, -2.0, 1.5, 0.25};
    private static final double[] B = {0.1, -0.2, 0.3, 0.0, 1.0};

    private static WidthNorm layer(boolean centers, int width) {
        return centers
                ? new LayerNorm.Builder().width(width).build()
                : new RMSNorm.Builder().width(width).build();
    }

    private static ComputationGraphConfiguration configuration(
            boolean centers, DataType type, int width) {
        return Sandwich.finish(
                Sandwich.builder(type, width).addLayer("norm", layer(centers, width), "below"),
                width,
                "norm");
    }

    @Test
    void batteryOfLayerNorm() {
        Sandwich.battery(() -> configuration(true, DataType.FLOAT, 6)).run();
    }

    @Test
    void batteryOfRmsNorm() {
        Sandwich.battery(() -> configuration(false, DataType.FLOAT, 6)).run();
    }

    @Test
    void layerNormAsInPyTorch() {
        double[] y = {
            0.246832252218, -0.929572753208, -2.746769233522, 0.564386469463, 0.853167747782,
            0.758585559938, 0.220762996627, -0.651290253244, -2.853870759732, 0.981705956668
        };
        double[] dx = {
            0.90060190702, -0.99870763706, -0.880024338828, 0.336167906273, 0.641962162595,
            0.040775879715, 0.555188704589, -1.068193353436, -0.026326769185, 0.498555538318
        };
        double[] dg = {
            -0.51175330772, 3.549435507772, 1.712982561625, 1.045354664821, -1.871751286605
        };
        double[] db = {0.0, -1.25, 2.5, -0.25, 4.5};
        LayerNorm layer = new LayerNorm.Builder().nIn(5).eps(1e-2).build();
        check(layer, List.of(G, B), y, dx, List.of(dg, db));
    }

    @Test
    void rmsNormAsInPyTorch() {
        double[] y = {
            0.438023888722, -0.547529860903, -3.504191109778, 0.985553749625, -0.065703583308,
            1.005037815259, 0.586272058901, -1.675063025432, -2.010075630518, 0.083753151272
        };
        double[] dx = {
            0.889074197773, -0.908613828266, -0.823942096131, 0.348057547034, 0.649219980886,
            -0.147484505438, 0.344412509831, -1.183777003972, -0.501296920013, 0.188139093457
        };
        double[] dg = {
            -0.567013926537, 3.069527531963, 2.551110802876, 0.834284168444, -0.28592409207
        };
        RMSNorm layer = new RMSNorm.Builder().nOut(5).eps(1e-2).build();
        check(layer, List.of(G), y, dx, List.of(dg));
    }

    private static void check(
            WidthNorm layer,
            List<double[]> values,
            double[] y,
            double[] dx,
            List<double[]> gradients) {
        String[] keys = {"g", "b"};
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            for (char order : new char[] {'c', 'f'}) {
                double tolerance = type == DataType.FLOAT ? 2e-6 : 1e-11;
                ComputationGraph net =
                        Sandwich.graph(
                                new NeuralNetConfiguration.Builder()
                                        .dataType(type)
                                        .updater(new NoOp())
                                        .graphBuilder()
                                        .addInputs("in")
                                        .addLayer("n", layer, "in")
                                        .setOutputs("n")
                                        .build());
                Layer runtime = net.getLayer("n");
                for (int i = 0; i < values.size(); i++) {
                    runtime.getParam(keys[i]).assign(Nd4j.createFromArray(values.get(i)));
                }
                runtime.setBackpropGradientsViewArray(
                        Nd4j.create(type, runtime.numParams()).assign(7));
                INDArray x = Nd4j.createFromArray(X).castTo(type).dup(order);
                INDArray dy = Nd4j.createFromArray(DY).castTo(type).dup(order);
                LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
                INDArray out = runtime.activate(x, true, none);
                assertArrayEquals(y, flat(out), tolerance);
                for (int repeat = 0; repeat < 2; repeat++) {
                    Pair<Gradient, INDArray> back = runtime.backpropGradient(dy, none);
                    assertArrayEquals(dx, flat(back.getSecond()), tolerance);
                    for (int i = 0; i < gradients.size(); i++) {
                        INDArray actual = back.getFirst().getGradientFor(keys[i]);
                        assertArrayEquals(gradients.get(i), flat(actual), tolerance, keys[i]);
                    }
                }
            }
        }
    }

    private static double[] flat(INDArray a) {
        return a.castTo(DataType.DOUBLE).dup('c').reshape(new long[] {a.length()}).toDoubleVector();
    }

    @Test
    void floatKernelsAgreeWithDouble() {
        for (boolean centers : new boolean[] {true, false}) {
            for (int width : new int[] {1, 7, 33, 130}) {
                double difference =
                        Sandwich.difference(
                                Sandwich.graph(configuration(centers, DataType.DOUBLE, width)),
                                Sandwich.graph(configuration(centers, DataType.FLOAT, width)),
                                40);
                assertTrue(difference < 3e-6, centers + " " + width + ": " + difference);
            }
        }
    }

    @Test
    void largeMeansDoNotCancel() {
        INDArray x = Nd4j.createFromArray(new float[][] {{10001, 10002, 10003, 10004}});
        ComputationGraph net =
                Sandwich.graph(
                        new NeuralNetConfiguration.Builder()
                                .updater(new NoOp())
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("n", layer(true, 4), "in")
                                .setOutputs("n")
                                .build());
        float[] y = net.outputSingle(x).toFloatVector();
        assertArrayEquals(new float[] {-1.341635f, -0.447212f, 0.447212f, 1.341635f}, y, 1e-5f);
    }

    @Test
    void frozenLayersHandTheSameGradientOn() {
        ComputationGraph net = Sandwich.graph(configuration(true, DataType.FLOAT, 6));
        INDArray x = Sandwich.random(DataType.FLOAT, 3, 4, 5);
        INDArray y = Sandwich.random(DataType.FLOAT, 3, 4, 2);
        INDArray free = Sandwich.gradient(net, x, y);
        ((Freezable) net.getLayer("norm")).setFrozen(true);
        INDArray frozen = Sandwich.gradient(net, x, y);
        int below = 5 * 6 + 6;
        for (int i = 0; i < free.length(); i++) {
            boolean own = i >= below && i < below + 12;
            assertEquals(own ? 0 : free.getDouble(i), frozen.getDouble(i), "gradient " + i);
        }
        assertNull(net.gradient().getGradientFor("norm_g"));
        ((Freezable) net.getLayer("norm")).setFrozen(false);
        assertEquals(free, Sandwich.gradient(net, x, y));
    }

    /** Stock dropout writes over its input: the backward pass must not go on from there. */
    @Test
    void overwrittenOutputsAreNoticed() {
        LayerNorm norm = new LayerNorm.Builder().width(6).inPlace(true).build();
        ComputationGraph net =
                Sandwich.graph(
                        Sandwich.finish(
                                Sandwich.builder(DataType.FLOAT, 6)
                                        .addLayer("norm", norm, "below")
                                        .addLayer("drop", new SequenceDropout(0.5), "norm"),
                                6,
                                "drop"));
        RuntimeException e =
                assertThrows(
                        RuntimeException.class,
                        () ->
                                net.fit(
                                        new DataSet(
                                                Sandwich.random(DataType.FLOAT, 8, 4, 5),
                                                Sandwich.random(DataType.FLOAT, 8, 4, 2))));
        assertTrue(e.getMessage().contains("overwritten by a later layer"), e.getMessage());
    }

    @Test
    void widths() {
        LayerNorm layer = new LayerNorm.Builder().build();
        InputType series = InputType.recurrent(7, 5, RNNFormat.NWC);
        layer.setNIn(series, false);
        assertEquals(7, layer.getNOut());
        assertEquals(series, layer.getOutputType(0, series));
        assertNotEquals(layer, new RMSNorm.Builder().width(7).build());
        assertNotEquals(
                new RMSNorm.Builder().width(7).eps(1e-5).build(),
                new RMSNorm.Builder().width(7).build());
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThrows(
                DL4JInvalidConfigException.class, () -> new LayerNorm.Builder().eps(0).build());
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new LayerNorm.Builder().nIn(3).nOut(4).build());
        assertThrows(
                DL4JInvalidConfigException.class,
                () ->
                        Sandwich.graph(
                                new NeuralNetConfiguration.Builder()
                                        .graphBuilder()
                                        .addInputs("in")
                                        .addLayer("n", new RMSNorm.Builder().build(), "in")
                                        .setOutputs("n")
                                        .build()));
        ComputationGraph net = Sandwich.graph(configuration(true, DataType.FLOAT, 6));
        assertThrows(
                DL4JInvalidInputException.class,
                () ->
                        net.getLayer("norm")
                                .activate(
                                        Nd4j.create(DataType.FLOAT, 2, 5),
                                        false,
                                        LayerWorkspaceMgr.noWorkspaces()));
    }
}
