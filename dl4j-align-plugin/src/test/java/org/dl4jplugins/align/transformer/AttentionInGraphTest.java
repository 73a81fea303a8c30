package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.SingletonDataSetIterator;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** A vertex that answers for a layer: every road through ComputationGraph that asks for layers. */
class AttentionInGraphTest {
    private static final int TIME = 9;
    private ComputationGraph graph;
    private INDArray x;
    private INDArray y;

    @BeforeEach
    void graph() {
        Nd4j.getRandom().setSeed(5);
        AttentionVertex attention =
                new AttentionVertex.Builder(4, 2)
                        .kvHeads(2)
                        .causal(true)
                        .rotary(new RotaryEmbedding.Builder().theta(100).build())
                        .build();
        graph = AttentionGraphs.graph(AttentionGraphs.self(DataType.DOUBLE, attention));
        x = AttentionGraphs.random(DataType.DOUBLE, 3, TIME, AttentionGraphs.WIDTH);
        y = AttentionGraphs.random(DataType.DOUBLE, 3, TIME, 2);
    }

    private static INDArray part(INDArray x, int from, int to) {
        return x.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all())
                .dup('c');
    }

    private static void close(INDArray expected, INDArray actual) {
        double difference = expected.sub(actual).norm2Number().doubleValue();
        double allowed = expected.dataType() == DataType.DOUBLE ? 1e-10 : 1e-5;
        assertTrue(difference < allowed, "differs by " + difference);
    }

    private static INDArray flat(INDArray x) {
        return x.reshape('c', new long[] {x.length()});
    }

    @Test
    void stepsEqualTheWholeSequence() {
        INDArray all = graph.outputSingle(x);
        close(part(all, 0, 4), graph.rnnTimeStep(part(x, 0, 4))[0]);
        for (int t = 4; t < TIME; t++) {
            close(part(all, t, t + 1), graph.rnnTimeStep(part(x, t, t + 1))[0]);
        }
        graph.rnnClearPreviousState();
        close(part(all, 0, 1), graph.rnnTimeStep(part(x, 0, 1))[0]);
    }

    @Test
    void statesAreSavedAndRestored() {
        INDArray all = graph.outputSingle(x);
        graph.rnnTimeStep(part(x, 0, 5));
        Map<String, Map<String, INDArray>> states = graph.rnnGetPreviousStates();
        assertEquals(2, states.get("attention").size());
        graph.rnnTimeStep(part(x, 0, 3));
        graph.rnnSetPreviousStates(states);
        close(part(all, 5, 6), graph.rnnTimeStep(part(x, 5, 6))[0]);
        ComputationGraph twin = graph.clone();
        twin.rnnSetPreviousStates(states);
        close(part(all, 5, TIME), twin.rnnTimeStep(part(x, 5, TIME))[0]);
        assertEquals(5, graph.rnnGetPreviousState("attention").get("key").size(1) - 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> graph.rnnSetPreviousState("attention", Map.of("key", x)));
    }

    @Test
    void anotherBatchNeedsAClearedState() {
        graph.rnnTimeStep(part(x, 0, 5));
        INDArray one = x.get(NDArrayIndex.interval(0, 1)).dup('c');
        Exception e = assertThrows(IllegalStateException.class, () -> graph.rnnTimeStep(one));
        assertTrue(e.getMessage().contains("rnnClearPreviousState"), e.getMessage());
    }

    @Test
    void masksEndWithTheirCall() {
        INDArray all = graph.outputSingle(x);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, 3, TIME);
        mask.putScalar(0, 0, 0);
        INDArray masked = graph.output(false, new INDArray[] {x}, new INDArray[] {mask}, null)[0];
        assertNotEquals(all, masked);
        graph.clearLayerMaskArrays();
        assertEquals(all, graph.outputSingle(x));
        graph.fit(new DataSet(x, y, mask, mask));
        graph.clear();
        assertEquals(graph.outputSingle(x), graph.outputSingle(x));
    }

    @Test
    void evaluatesAndScores() {
        RegressionEvaluation evaluation =
                graph.evaluateRegression(new SingletonDataSetIterator(new DataSet(x, y)));
        assertTrue(Double.isFinite(evaluation.averageMeanSquaredError()));
        assertTrue(graph.score(new DataSet(x, y)) > 0);
        INDArray trained = graph.output(true, x)[0];
        close(trained, graph.outputSingle(x));
        assertTrue(graph.feedForward(x, true).containsKey("attention"));
    }

    @Test
    void summaries() {
        assertTrue(graph.summary().contains("attention"));
        InputType type = InputType.recurrent(AttentionGraphs.WIDTH, TIME, RNNFormat.NWC);
        assertTrue(graph.summary(type).contains("attention"));
        graph.fit(new DataSet(x, y));
        assertTrue(graph.summary(type).contains("attention"));
    }

    @Test
    void transferLearningKeepsWeightsAndFreezes() {
        graph = graph.convertDataType(DataType.FLOAT); // what transfer learning always makes
        x = x.castTo(DataType.FLOAT);
        y = y.castTo(DataType.FLOAT);
        graph.fit(new DataSet(x, y));
        ComputationGraph edited =
                new TransferLearning.GraphBuilder(graph)
                        .fineTuneConfiguration(
                                new FineTuneConfiguration.Builder().updater(new Adam(0.1)).build())
                        .setFeatureExtractor("attention")
                        .nOutReplace("out", 2, org.deeplearning4j.nn.weights.WeightInit.XAVIER)
                        .build();
        INDArray before = edited.getLayer("k").params().dup();
        close(flat(graph.getLayer("k").params()), flat(before));
        INDArray head = edited.getLayer("out").params().dup();
        edited.fit(new DataSet(x, y));
        assertEquals(before, edited.getLayer("k").params());
        assertNotEquals(head, edited.getLayer("out").params());
        INDArray all = edited.outputSingle(x);
        close(part(all, 0, 4), edited.rnnTimeStep(part(x, 0, 4))[0]);
        close(part(all, 4, 6), edited.rnnTimeStep(part(x, 4, 6))[0]);

        ComputationGraph read =
                new ComputationGraph(
                        org.deeplearning4j.nn.conf.ComputationGraphConfiguration.fromJson(
                                edited.getConfiguration().toJson()));
        read.init(edited.params(), true);
        close(all, read.outputSingle(x));
        assertTrue(edited.summary().contains("attention"));
    }
}
