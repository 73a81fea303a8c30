package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SelfAttentionRepairTest {
    private static final int TIME = 3;
    private static final INDArray X = Tiny.random(1, 2, 3, TIME);
    private static final INDArray Y = Tiny.random(2, 2, 2, TIME).muli(0.3);
    private static final INDArray MASK = Nd4j.create(new double[][] {{1, 1, 1}, {1, 1, 0}});

    enum Kind {
        SELF,
        SELF_PLAIN,
        LEARNED,
        LEARNED_PLAIN,
        RECURRENT,
        VERTEX
    }

    private static ComputationGraphConfiguration stock(Kind kind) {
        GraphBuilder graph =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .dataType(DataType.DOUBLE)
                        .updater(new Adam(0.01))
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("below", new LSTM.Builder().nOut(4).build(), "in");
        if (kind == Kind.VERTEX) {
            AttentionVertex vertex =
                    new AttentionVertex.Builder()
                            .nInKeys(4)
                            .nInValues(4)
                            .nInQueries(4)
                            .nOut(6)
                            .nHeads(2)
                            .projectInput(true)
                            .build();
            graph.addVertex("attention", vertex, "below", "below", "below");
        } else {
            graph.addLayer("attention", layer(kind), "below");
        }
        return graph.addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                .nOut(2)
                                .activation(Activation.TANH)
                                .dataFormat(RNNFormat.NCW)
                                .build(),
                        "attention")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3, TIME))
                .build();
    }

    private static Layer layer(Kind kind) {
        return switch (kind) {
            case SELF ->
                    new SelfAttentionLayer.Builder().nOut(6).nHeads(2).projectInput(true).build();
            case SELF_PLAIN ->
                    new SelfAttentionLayer.Builder()
                            .nIn(4)
                            .nOut(4)
                            .nHeads(1)
                            .projectInput(false)
                            .build();
            case LEARNED ->
                    new LearnedSelfAttentionLayer.Builder()
                            .nOut(6)
                            .nHeads(2)
                            .nQueries(TIME)
                            .projectInput(true)
                            .build();
            case LEARNED_PLAIN ->
                    new LearnedSelfAttentionLayer.Builder()
                            .nIn(4)
                            .nOut(4)
                            .nHeads(1)
                            .nQueries(TIME)
                            .projectInput(false)
                            .build();
            default ->
                    new RecurrentAttentionLayer.Builder()
                            .nIn(4)
                            .nOut(6)
                            .nHeads(2)
                            .activation(Activation.TANH)
                            .build();
        };
    }

    private static ComputationGraphConfiguration repaired(Kind kind) {
        return SelfAttentionRepair.repair(Tiny.init(stock(kind))).getConfiguration();
    }

    private static MultiDataSet batch(boolean masked) {
        INDArray[] masks = masked ? new INDArray[] {MASK} : null;
        return new MultiDataSet(new INDArray[] {X}, new INDArray[] {Y}, masks, masks);
    }

    private static INDArray gradient(ComputationGraph net, MultiDataSet batch) {
        net.setInputs(batch.getFeatures());
        net.setLabels(batch.getLabels());
        net.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        net.computeGradientAndScore();
        INDArray gradient = net.getFlattenedGradients().dup();
        net.clearLayerMaskArrays();
        return gradient;
    }

    /** The fault itself: if this test fails, DL4J is right and the repair is not needed. */
    @ParameterizedTest
    @EnumSource(names = {"SELF", "SELF_PLAIN", "RECURRENT", "VERTEX"})
    void stockGradientsAreDoubledAndRepairedOnesAreNot(Kind kind) {
        for (boolean masked : new boolean[] {false, true}) {
            ComputationGraph stock = Tiny.init(stock(kind));
            ComputationGraph repaired = SelfAttentionRepair.repair(stock);
            assertNotSame(stock.params(), repaired.params());
            MultiDataSet batch = batch(masked);
            assertEquals(stock.score(batch), repaired.score(batch), 1e-12);
            INDArray[] masks = batch.getFeaturesMaskArrays();
            INDArray[] in = {X};
            INDArray expected = stock.output(false, in, masks, masks)[0].dup();
            INDArray actual = repaired.output(false, in, masks, masks)[0];
            assertTrue(expected.equalsWithEps(actual, 1e-12));

            INDArray wrong = gradient(stock, batch);
            INDArray right = gradient(repaired, batch);
            long head = stock.getLayer("out").numParams();
            for (long i = 0; i < wrong.length(); i++) {
                double factor = i < wrong.length() - head ? 2 : 1;
                assertEquals(factor * right.getDouble(i), wrong.getDouble(i), 1e-10);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LEARNED", "LEARNED_PLAIN"})
    void stockLearnedQueriesFail(Kind kind) {
        assertThrows(RuntimeException.class, () -> Tiny.init(stock(kind)).outputSingle(X));
    }

    /** The stock vertex runs; with the learned queries as its input it is the reference. */
    @Test
    void learnedQueriesEqualTheStockVertexOnTheSameQueries() {
        ComputationGraph learned = SelfAttentionRepair.repair(Tiny.init(stock(Kind.LEARNED)));
        AttentionVertex vertex =
                new AttentionVertex.Builder()
                        .nInKeys(4)
                        .nInValues(4)
                        .nInQueries(4)
                        .nOut(6)
                        .nHeads(2)
                        .projectInput(true)
                        .build();
        ComputationGraph stock =
                Tiny.init(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .graphBuilder()
                                .addInputs("queries", "in")
                                .addVertex("attention", vertex, "queries", "in", "in")
                                .setOutputs("attention")
                                .build());
        INDArray q = learned.getParam("attention_Q");
        INDArray projections = learned.getLayer("attention").params();
        long first = q.length();
        stock.setParams(projections.get(NDArrayIndex.interval(first, projections.length())).dup());
        INDArray keys = Tiny.random(5, 2, 4, TIME);
        INDArray expected = stock.output(q.repeat(0, 2), keys)[0];
        INDArray actual =
                learned.getLayer("attention")
                        .activate(keys, false, LayerWorkspaceMgr.noWorkspaces());
        assertTrue(expected.equalsWithEps(actual, 1e-12));
    }

    @ParameterizedTest
    @EnumSource(names = {"SELF", "SELF_PLAIN", "LEARNED", "LEARNED_PLAIN"})
    void batteryOfHandWrittenLayers(Kind kind) {
        LayerBattery battery =
                LayerBattery.of(() -> repaired(kind)).inputs(X).labels(Y).featureMasks(MASK);
        if (kind.name().startsWith("SELF")) {
            battery.labelMasks(MASK);
        }
        battery.seeds(3).run();
    }

    @ParameterizedTest
    @EnumSource(names = {"RECURRENT", "VERTEX"})
    void batteryOfHalvedLayers(Kind kind) {
        LayerBattery.of(() -> repaired(kind))
                .inputs(X)
                .labels(Y)
                .featureMasks(MASK)
                .labelMasks(MASK)
                .seeds(3)
                .run();
    }

    @Test
    void floatsAndOtherLengths() {
        ComputationGraph stock = Tiny.init(stock(Kind.SELF));
        ComputationGraph repaired = SelfAttentionRepair.repair(stock);
        INDArray expected = repaired.outputSingle(X).dup();
        ComputationGraph single = repaired.convertDataType(DataType.FLOAT);
        INDArray actual = single.outputSingle(X.castTo(DataType.FLOAT));
        assertTrue(expected.castTo(DataType.FLOAT).equalsWithEps(actual, 1e-5));
        assertEquals(7, repaired.outputSingle(Tiny.random(4, 5, 3, 7)).size(2));
    }

    @Test
    void aParameterThatIsSetIsSet() {
        ComputationGraph net = SelfAttentionRepair.repair(Tiny.init(stock(Kind.SELF)));
        INDArray ones = Nd4j.ones(DataType.DOUBLE, net.getParam("attention_Wo").shape());
        net.getLayer("attention").setParam("Wo", ones);
        assertEquals(ones, net.getParam("attention_Wo"));
    }

    @Test
    void refusesWrappedLayers() {
        ComputationGraph net =
                Tiny.init(
                        new NeuralNetConfiguration.Builder()
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "frozen",
                                        new FrozenLayerWithBackprop(layer(Kind.SELF_PLAIN)),
                                        "in")
                                .addLayer(
                                        "out",
                                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                                .nOut(2)
                                                .dataFormat(RNNFormat.NCW)
                                                .build(),
                                        "frozen")
                                .setOutputs("out")
                                .setInputTypes(InputType.recurrent(4, TIME))
                                .build());
        String message =
                assertThrows(
                                DL4JInvalidConfigException.class,
                                () -> SelfAttentionRepair.repair(net))
                        .getMessage();
        assertTrue(message.contains("SelfAttentionLayer"), message);
    }

    /** As in the Javadoc of SelfAttention: the input's width comes from the input type. */
    @Test
    void aNewLayerGetsItsShapesFromTheInputType() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "attention",
                                        SelfAttention.of(
                                                new SelfAttentionLayer.Builder()
                                                        .nOut(6)
                                                        .nHeads(2)
                                                        .projectInput(true)
                                                        .build()),
                                        "in")
                                .setOutputs("attention")
                                .setInputTypes(InputType.recurrent(3, TIME))
                                .build());
        graph.init();
        assertArrayEquals(new long[] {2, 3, 3}, graph.getParam("attention_Wq").shape());
        assertArrayEquals(
                new long[] {2, 6, TIME}, graph.outputSingle(Nd4j.rand(2, 3, TIME)).shape());
    }
}
