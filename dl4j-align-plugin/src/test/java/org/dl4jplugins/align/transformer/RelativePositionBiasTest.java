package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.Golden;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RelativePositionBiasTest {

    private static ComputationGraphConfiguration configuration(DataType type, boolean causal) {
        AttentionVertex attention =
                new AttentionVertex.Builder(2, 3).scale(1).causal(causal).build();
        return AttentionGraphs.output(
                AttentionGraphs.projections(
                                AttentionGraphs.builder(type).addInputs("in", "ids"),
                                attention,
                                "in",
                                "in")
                        .addLayer(
                                "bias",
                                new RelativePositionBias.Builder()
                                        .heads(2)
                                        .buckets(4)
                                        .maxDistance(6)
                                        .bidirectional(!causal)
                                        .build(),
                                "ids")
                        .addVertex("attention", attention, "q", "k", "v", "bias"),
                attention);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void battery(boolean causal) {
        INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
        LayerBattery.of(() -> configuration(DataType.FLOAT, causal))
                .inputs(
                        AttentionGraphs.random(DataType.DOUBLE, 2, 4, AttentionGraphs.WIDTH),
                        Nd4j.ones(2, 4))
                .labels(AttentionGraphs.random(DataType.DOUBLE, 2, 4, 2))
                .featureMasks(mask, mask)
                .labelMasks(mask)
                .run();
    }

    @ParameterizedTest
    @CsvSource({"32,128", "8,20"})
    void bucketsAreThoseOfT5(int buckets, int maxDistance) {
        Golden golden = Golden.load("t5_tiny_relu");
        INDArray distances = golden.array("bucket.rel");
        for (boolean bidirectional : new boolean[] {true, false}) {
            RelativePositionBias bias =
                    new RelativePositionBias.Builder()
                            .heads(1)
                            .buckets(buckets)
                            .maxDistance(maxDistance)
                            .bidirectional(bidirectional)
                            .build();
            String kind = bidirectional ? "_bi" : "_causal";
            INDArray expected = golden.array("bucket." + buckets + "_" + maxDistance + kind);
            for (int i = 0; i < expected.length(); i++) {
                int distance = (int) distances.getDouble(i);
                assertEquals(
                        expected.getDouble(i), bias.bucket(distance), kind + " at " + distance);
            }
        }
    }

    @Test
    void stepsEqualTheWholeSequence() {
        ComputationGraph graph = AttentionGraphs.graph(configuration(DataType.DOUBLE, true));
        Nd4j.getRandom().setSeed(4);
        INDArray x = AttentionGraphs.random(DataType.DOUBLE, 2, 9, AttentionGraphs.WIDTH);
        INDArray ids = Nd4j.zeros(DataType.DOUBLE, 2, 9);
        INDArray all = graph.output(x, ids)[0];
        int[] bounds = {0, 4, 5, 6, 8, 9};
        for (int i = 1; i < bounds.length; i++) {
            var part = NDArrayIndex.interval(bounds[i - 1], bounds[i]);
            INDArray step =
                    graph.rnnTimeStep(
                                    x.get(NDArrayIndex.all(), part, NDArrayIndex.all()).dup('c'),
                                    ids.get(NDArrayIndex.all(), part).dup('c'))[0];
            INDArray expected = all.get(NDArrayIndex.all(), part, NDArrayIndex.all());
            assertTrue(expected.sub(step).amaxNumber().doubleValue() < 1e-10);
            graph.rnnSetPreviousStates(graph.rnnGetPreviousStates());
        }
    }

    @Test
    void settingsAreChecked() {
        assertThrows(
                DL4JInvalidConfigException.class, () -> new RelativePositionBias.Builder().build());
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new RelativePositionBias.Builder().heads(2).buckets(5).build());
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new RelativePositionBias.Builder().heads(2).maxDistance(8).build());
    }
}
