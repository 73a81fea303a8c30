package org.dl4jplugins.mtl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class StreamBatchNormalizationTest {
    private static final int STREAMS = 3;
    private static final int BATCH = 4;
    private static DataType before;

    @BeforeAll
    static void doublePrecision() {
        before = Nd4j.dataType();
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    }

    @AfterAll
    static void restore() {
        Nd4j.setDefaultDataTypes(before, before);
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("feed-forward", bn(), new long[] {STREAMS * BATCH, 2}),
                Arguments.of("images", bn(), new long[] {STREAMS * BATCH, 2, 3, 2}),
                Arguments.of(
                        "channels last",
                        bn().dataFormat(CNN2DFormat.NHWC),
                        new long[] {STREAMS * BATCH, 3, 2, 2}),
                Arguments.of(
                        "variance",
                        bn().useLogStd(false).decay(0.7).eps(0.1),
                        new long[] {STREAMS * BATCH, 2, 3, 2}),
                Arguments.of(
                        "locked",
                        bn().lockGammaBeta(true).gamma(2).beta(0.5),
                        new long[] {STREAMS * BATCH, 2}),
                Arguments.of(
                        "locked at 1 and 0",
                        bn().lockGammaBeta(true),
                        new long[] {STREAMS * BATCH, 2, 3, 2}));
    }

    private static BatchNormalization.Builder bn() {
        return new BatchNormalization.Builder().nIn(2).nOut(2);
    }

    private static Layer layer(org.deeplearning4j.nn.conf.layers.Layer conf) {
        conf.setLayerName("bn");
        NeuralNetConfiguration c = new NeuralNetConfiguration();
        c.setLayer(conf);
        long n = conf.initializer().numParams(c);
        Layer layer =
                conf.instantiate(c, null, 0, Nd4j.zeros(DataType.DOUBLE, n), true, DataType.DOUBLE);
        layer.setBackpropGradientsViewArray(Nd4j.zeros(DataType.DOUBLE, n));
        Nd4j.getRandom().setSeed(4);
        layer.paramTable()
                .values()
                .forEach(p -> p.addi(Nd4j.rand(DataType.DOUBLE, p.shape()).muli(0.2)));
        return layer;
    }

    /** Against the stock layer, called once per stream, as the published code does. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void equalsStockLayerPerStream(String name, BatchNormalization.Builder b, long[] shape) {
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        BatchNormalization conf = b.build();
        Layer streams = layer(StreamBatchNormalization.of(conf, STREAMS));
        Layer stock = layer(conf);
        INDArray x = Nd4j.randn(DataType.DOUBLE, shape).muli(2).addi(1);
        INDArray epsilon = Nd4j.randn(DataType.DOUBLE, shape);
        INDArray whole = streams.activate(x, true, none);
        Pair<Gradient, INDArray> first = streams.backpropGradient(epsilon, none);
        INDArray gradientOnce = streams.getGradientsViewArray().dup();
        Pair<Gradient, INDArray> again = streams.backpropGradient(epsilon, none);
        assertEquals(first.getSecond(), again.getSecond());
        assertEquals(gradientOnce, streams.getGradientsViewArray());

        int trainable = conf.isLockGammaBeta() ? 0 : 4;
        INDArray sum = Nd4j.zeros(DataType.DOUBLE, Math.max(1, trainable));
        for (int s = 0; s < STREAMS; s++) {
            INDArray part = Streams.view(x, s, STREAMS).dup();
            close(stock.activate(part, true, none), Streams.view(whole, s, STREAMS));
            INDArray dx =
                    stock.backpropGradient(Streams.view(epsilon, s, STREAMS).dup(), none)
                            .getSecond();
            close(dx, Streams.view(first.getSecond(), s, STREAMS));
            INDArray g = flat(stock.getGradientsViewArray());
            if (trainable > 0) {
                sum.addi(part(g, 0, trainable));
            }
            // What the updater does with running statistics: subtract the stored difference.
            INDArray running = part(flat(stock.params()), trainable, g.length());
            running.subi(part(g, trainable, g.length()));
        }
        INDArray g = flat(streams.getGradientsViewArray());
        if (trainable > 0) {
            close(sum, part(g, 0, trainable));
        }
        INDArray running = part(flat(streams.params()), trainable, g.length());
        running.subi(part(g, trainable, g.length()));
        close(
                part(flat(stock.params()), trainable, g.length()),
                part(flat(streams.params()), trainable, g.length()));
        close(stock.activate(x, false, none), streams.activate(x, false, none));
    }

    private static INDArray flat(INDArray a) {
        return a.reshape(a.length());
    }

    private static INDArray part(INDArray a, long from, long to) {
        return a.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(from, to));
    }

    private static void close(INDArray expected, INDArray actual) {
        double difference = expected.sub(actual).amaxNumber().doubleValue();
        assertTrue(difference < 1e-12, "differs by " + difference);
    }

    @Test
    void gradientsAreRight() {
        for (InputType type :
                new InputType[] {InputType.feedForward(3), InputType.convolutional(2, 2, 2)}) {
            ComputationGraph net =
                    new ComputationGraph(
                            new NeuralNetConfiguration.Builder()
                                    .dataType(DataType.DOUBLE)
                                    .seed(1)
                                    .updater(new NoOp())
                                    .activation(Activation.TANH)
                                    .graphBuilder()
                                    .addInputs("in")
                                    .addLayer("act", new ActivationLayer(Activation.TANH), "in")
                                    .addVertex("repeat", new StreamRepeatVertex(2), "act")
                                    .addLayer(
                                            "bn",
                                            StreamBatchNormalization.of(
                                                    new BatchNormalization(), 2),
                                            "repeat")
                                    .addLayer("d", shape(type), "bn")
                                    .addVertex("s0", new StreamSliceVertex(0, 2), "d")
                                    .addVertex("s1", new StreamSliceVertex(1, 2), "d")
                                    .addLayer("a", head(), "s0")
                                    .addLayer("b", head(), "s1")
                                    .setOutputs("a", "b")
                                    .setInputTypes(type)
                                    .build());
            net.init();
            long[] shape =
                    type.getType() == InputType.Type.FF
                            ? new long[] {BATCH, 3}
                            : new long[] {BATCH, 2, 2, 2};
            assertTrue(
                    GradientCheckUtil.checkGradients(
                            new GradientCheckUtil.GraphConfig()
                                    .net(net)
                                    .inputs(new INDArray[] {Nd4j.randn(DataType.DOUBLE, shape)})
                                    .labels(
                                            new INDArray[] {
                                                Nd4j.randn(BATCH, 2), Nd4j.randn(BATCH, 2)
                                            })
                                    .excludeParams(java.util.Set.of("bn_mean", "bn_log10stdev"))));
        }
    }

    private static org.deeplearning4j.nn.conf.layers.Layer shape(InputType type) {
        return type.getType() == InputType.Type.FF
                ? new DenseLayer.Builder().nOut(3).build()
                : new GlobalPoolingLayer();
    }

    private static OutputLayer head() {
        return new OutputLayer.Builder(LossFunction.MSE)
                .nOut(2)
                .activation(Activation.TANH)
                .build();
    }

    @Test
    void configurationKeepsEverything() throws Exception {
        BatchNormalization stock =
                bn().decay(0.7)
                        .eps(0.3)
                        .useLogStd(false)
                        .constrainGamma(new NonNegativeConstraint())
                        .updater(new org.nd4j.linalg.learning.config.Adam(0.5))
                        .build();
        stock.setLayerName("x");
        StreamBatchNormalization streams = StreamBatchNormalization.of(stock, 2);
        assertEquals(2, streams.groups());
        assertEquals(0.7, streams.getDecay());
        assertEquals("x", streams.getLayerName());
        assertEquals(stock.getConstraints(), streams.getConstraints());
        assertEquals(stock.getIUpdater(), streams.getIUpdater());
        var mapper = NeuralNetConfiguration.mapper();
        assertEquals(
                streams,
                mapper.readValue(
                        mapper.writeValueAsString(streams),
                        org.deeplearning4j.nn.conf.layers.Layer.class));
        assertEquals(streams, streams.clone());
        assertNotEquals(streams, StreamBatchNormalization.of(stock, 3));
        assertNotEquals(stock, streams);
        assertNotEquals(streams, stock);
    }

    @Test
    void backwardNeedsATrainingForwardPass() {
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        Layer streams = layer(StreamBatchNormalization.of(bn().build(), 2));
        streams.activate(Nd4j.randn(4, 2), false, none);
        assertThrows(
                IllegalStateException.class,
                () -> streams.backpropGradient(Nd4j.randn(4, 2), none));
        assertThrows(
                IllegalStateException.class,
                () -> streams.activate(Nd4j.randn(4, 2, 3), true, none));
    }
}
