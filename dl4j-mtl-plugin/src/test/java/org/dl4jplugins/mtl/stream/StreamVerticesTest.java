package org.dl4jplugins.mtl.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class StreamVerticesTest {
    private static final int BATCH = 3;
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

    private static GraphBuilder builder() {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new NoOp())
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("in");
    }

    private static OutputLayer head() {
        return new OutputLayer.Builder(LossFunction.MSE)
                .nOut(2)
                .activation(Activation.TANH)
                .build();
    }

    private static DenseLayer dense(int n) {
        return new DenseLayer.Builder().nOut(n).build();
    }

    /** Two own layers, one shared on the stack, a repeated branch added. */
    private static ComputationGraph net() {
        ComputationGraph net =
                new ComputationGraph(
                        builder()
                                .addLayer("own0", dense(4), "in")
                                .addLayer("own1", dense(4), "in")
                                .addVertex("stack", new StreamStackVertex(2), "own0", "own1")
                                .addLayer("shared", dense(3), "stack")
                                .addVertex("repeat", new StreamRepeatVertex(2), "in")
                                .addLayer("other", dense(3), "repeat")
                                .addVertex(
                                        "add",
                                        new org.deeplearning4j.nn.conf.graph.ElementWiseVertex(
                                                org.deeplearning4j.nn.conf.graph.ElementWiseVertex
                                                        .Op.Add),
                                        "shared",
                                        "other")
                                .addVertex("s0", new StreamSliceVertex(0, 2), "add")
                                .addVertex("s1", new StreamSliceVertex(1, 2), "add")
                                .addLayer("a", head(), "s0")
                                .addLayer("b", head(), "s1")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.feedForward(5))
                                .build());
        net.init();
        return net;
    }

    @Test
    void gradientsAreRight() {
        assertTrue(
                GradientCheckUtil.checkGradients(
                        new GradientCheckUtil.GraphConfig()
                                .net(net())
                                .inputs(new INDArray[] {Nd4j.randn(BATCH, 5)})
                                .labels(
                                        new INDArray[] {
                                            Nd4j.randn(BATCH, 2), Nd4j.randn(BATCH, 2)
                                        })));
    }

    @Test
    void recurrentGradientsAreRightWithMasks() {
        ComputationGraph net =
                new ComputationGraph(
                        builder()
                                .addLayer("own0", new LSTM.Builder().nOut(3).build(), "in")
                                .addLayer("own1", new LSTM.Builder().nOut(3).build(), "in")
                                .addVertex("stack", new StreamStackVertex(2), "own0", "own1")
                                .addLayer("dense", dense(3), "stack")
                                .addLayer("rnn", new LSTM.Builder().nOut(3).build(), "dense")
                                .addVertex("s0", new StreamSliceVertex(0, 2), "rnn")
                                .addVertex("s1", new StreamSliceVertex(1, 2), "rnn")
                                .addLayer("a", rnnHead(), "s0")
                                .addLayer("b", rnnHead(), "s1")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.recurrent(2, 4))
                                .build());
        wrapPreProcessors(net.getConfiguration());
        net.init();
        INDArray mask = Nd4j.ones(BATCH, 4).putScalar(1, 3, 0).putScalar(2, 2, 0);
        mask.putScalar(2, 3, 0);
        assertTrue(
                GradientCheckUtil.checkGradients(
                        new GradientCheckUtil.GraphConfig()
                                .net(net)
                                .inputs(new INDArray[] {Nd4j.randn(BATCH, 2, 4)})
                                .labels(
                                        new INDArray[] {
                                            Nd4j.randn(BATCH, 2, 4), Nd4j.randn(BATCH, 2, 4)
                                        })
                                .inputMask(new INDArray[] {mask})
                                .labelMask(new INDArray[] {mask.dup(), mask.dup()})));
    }

    private static RnnOutputLayer rnnHead() {
        return new RnnOutputLayer.Builder(LossFunction.MSE)
                .nOut(2)
                .activation(Activation.TANH)
                .build();
    }

    private static void wrapPreProcessors(ComputationGraphConfiguration conf) {
        for (String name : List.of("dense", "rnn")) {
            LayerVertex v = (LayerVertex) conf.getVertices().get(name);
            conf.getVertices()
                    .put(
                            name,
                            new LayerVertex(
                                    v.getLayerConf(),
                                    new StreamPreProcessor(v.getPreProcessor(), 2)));
        }
    }

    @Test
    void valuesOfEveryRank() {
        for (long[] shape :
                new long[][] {{BATCH, 2}, {BATCH, 2, 3}, {BATCH, 2, 3, 2}, {BATCH, 2, 2, 3, 2}}) {
            INDArray a = Nd4j.randn(DataType.DOUBLE, shape).dup('f');
            INDArray b = Nd4j.randn(DataType.DOUBLE, shape);
            INDArray stack = Nd4j.concat(0, a, b);
            assertEquals(a, Streams.view(stack, 0, 2));
            assertEquals(b, Streams.view(stack, 1, 2));
            LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
            assertEquals(
                    stack,
                    Streams.stack(
                            new INDArray[] {a, b},
                            none,
                            org.deeplearning4j.nn.workspace.ArrayType.ACTIVATIONS));
        }
        assertThrows(IllegalArgumentException.class, () -> Streams.view(Nd4j.zeros(3, 2), 0, 2));
    }

    @Test
    void masksAreStackedWithOnesWhereMissing() {
        INDArray mask = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}});
        assertNull(Streams.stackMasks(new INDArray[2]));
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 1, 0, 0, 1},
                Streams.stackMasks(new INDArray[] {null, mask}).data().asDouble());
    }

    @Test
    void configurationsSurviveJsonAndClone() throws Exception {
        var mapper = NeuralNetConfiguration.mapper();
        for (GraphVertex v :
                List.of(
                        new StreamStackVertex(3),
                        new StreamSliceVertex(1, 3),
                        new StreamRepeatVertex(3))) {
            GraphVertex back = mapper.readValue(mapper.writeValueAsString(v), GraphVertex.class);
            assertEquals(v, back);
            assertEquals(v.hashCode(), back.hashCode());
            assertEquals(v, v.clone());
        }
        assertNotEquals(new StreamSliceVertex(1, 3), new StreamSliceVertex(2, 3));
        assertNotEquals(new StreamStackVertex(2), new StreamRepeatVertex(2));
        StreamPreProcessor p =
                new StreamPreProcessor(new RnnToFeedForwardPreProcessor(RNNFormat.NWC), 2);
        assertEquals(
                p,
                mapper.readValue(
                        mapper.writeValueAsString(p),
                        org.deeplearning4j.nn.conf.InputPreProcessor.class));
        assertEquals(p, p.clone());
        ComputationGraph net = net();
        String json = net.getConfiguration().toJson();
        assertEquals(json, ComputationGraphConfiguration.fromJson(json).toJson());
        assertTrue(net.summary(InputType.feedForward(5)).contains("stack"));
    }

    @Test
    void dependenciesFollowTheStream() {
        ComputationGraphConfiguration conf = net().getConfiguration();
        assertEquals(
                Set.of("a", "s0", "add", "shared", "other", "repeat", "stack", "own0", "in"),
                StreamDependencies.of(conf, "a"));
        assertEquals(
                Set.of("b", "s1", "add", "shared", "other", "repeat", "stack", "own1", "in"),
                StreamDependencies.of(conf, "b"));
        assertTrue(StreamDependencies.inUse(conf));
        assertThrows(IllegalArgumentException.class, () -> StreamDependencies.of(conf, "nonsense"));
    }

    @Test
    void refusesWrongSettings() {
        assertThrows(IllegalArgumentException.class, () -> new StreamStackVertex(1));
        assertThrows(IllegalArgumentException.class, () -> new StreamRepeatVertex(0));
        assertThrows(IllegalArgumentException.class, () -> new StreamSliceVertex(2, 2));
        assertThrows(IllegalArgumentException.class, () -> new StreamSliceVertex(-1, 2));
        assertThrows(
                IllegalArgumentException.class,
                () -> StreamBatchNormalization.of(new BatchNormalization(), 1));
        assertThrows(
                InvalidInputTypeException.class,
                () ->
                        new StreamStackVertex(2)
                                .getOutputType(
                                        0, InputType.feedForward(2), InputType.feedForward(3)));
    }
}
