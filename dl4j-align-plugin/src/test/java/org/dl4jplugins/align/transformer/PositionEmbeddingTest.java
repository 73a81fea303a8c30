package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class PositionEmbeddingTest {

    private static PositionEmbedding.Builder positions(int max) {
        return new PositionEmbedding.Builder().maxPositions(max).nOut(Tiny.WIDTH);
    }

    private static ComputationGraph net(DataType type, PositionEmbedding positions) {
        return Tiny.init(
                Tiny.graph(type)
                        .addLayer("positions", positions, "ids")
                        .setOutputs("positions")
                        .build());
    }

    @ParameterizedTest
    @EnumSource(names = {"DOUBLE", "FLOAT"})
    void addsTheRowOfEachPosition(DataType type) {
        ComputationGraph net = net(type, positions(6).offset(2).build());
        INDArray table = net.getParam("positions_W");
        INDArray x = Tiny.random(1, 2, 4, Tiny.WIDTH).castTo(type);
        INDArray out = net.outputSingle(x);
        for (int b = 0; b < 2; b++) {
            for (int t = 0; t < 4; t++) {
                INDArray expected = x.slice(b).getRow(t).add(table.getRow(2 + t));
                assertTrue(expected.equalsWithEps(out.slice(b).getRow(t), 1e-6));
            }
        }
    }

    @Test
    void paddingTakesNoPosition() {
        ComputationGraph net = net(DataType.DOUBLE, positions(3).build());
        INDArray table = net.getParam("positions_W");
        INDArray x = Nd4j.zeros(DataType.DOUBLE, 2, 4, Tiny.WIDTH);
        INDArray out = net.output(false, new INDArray[] {x}, new INDArray[] {Tiny.MASK})[0];
        int[][] rows = {{0, 1, 2, -1}, {-1, 0, 1, 2}};
        for (int b = 0; b < 2; b++) {
            for (int t = 0; t < 4; t++) {
                INDArray expected =
                        rows[b][t] < 0
                                ? Nd4j.zeros(DataType.DOUBLE, Tiny.WIDTH)
                                : table.getRow(rows[b][t]);
                assertEquals(expected, out.slice(b).getRow(t));
            }
        }
    }

    @Test
    void stepsContinueWhereTheLastEnded() {
        ComputationGraph net = net(DataType.FLOAT, positions(6).build());
        INDArray x = Tiny.random(2, 2, 6, Tiny.WIDTH).castTo(DataType.FLOAT);
        INDArray expected = net.outputSingle(x);
        for (int round = 0; round < 2; round++) {
            int[] ends = {0, 3, 4, 6};
            for (int i = 1; i < ends.length; i++) {
                var time = NDArrayIndex.interval(ends[i - 1], ends[i]);
                var all = NDArrayIndex.all();
                INDArray part = x.get(all, time, all).dup('c');
                assertEquals(
                        expected.get(all, time, all).dup('c'), net.rnnTimeStep(part)[0].dup('c'));
                INDArray state =
                        net.rnnGetPreviousState("positions").get(PositionEmbeddingRuntime.STATE);
                assertEquals(Nd4j.valueArrayOf(new long[] {2, 1}, (float) ends[i]), state);
            }
            refused(
                    () ->
                            net.rnnTimeStep(
                                    x.get(
                                            NDArrayIndex.all(),
                                            NDArrayIndex.interval(0, 1),
                                            NDArrayIndex.all())),
                    "7 tokens",
                    "maximum of 6");
            net.rnnClearPreviousState();
        }
    }

    @Test
    void aStepsMaskIsUsedOnce() {
        ComputationGraph net = net(DataType.DOUBLE, positions(6).build());
        INDArray table = net.getParam("positions_W");
        INDArray x = Nd4j.zeros(DataType.DOUBLE, 2, 4, Tiny.WIDTH);
        ((StepMask) net.getLayer("positions")).setStepMask(Tiny.MASK);
        net.rnnTimeStep(x);
        INDArray next = net.rnnTimeStep(Nd4j.zeros(DataType.DOUBLE, 2, 1, Tiny.WIDTH))[0];
        for (int b = 0; b < 2; b++) {
            assertEquals(table.getRow(3), next.slice(b).getRow(0));
        }
        var states = net.rnnGetPreviousStates();
        net.rnnClearPreviousState();
        net.rnnSetPreviousStates(states);
        next = net.rnnTimeStep(Nd4j.zeros(DataType.DOUBLE, 2, 1, Tiny.WIDTH))[0];
        assertEquals(table.getRow(4), next.slice(0).getRow(0));
        refused(
                () -> net.rnnTimeStep(Nd4j.zeros(DataType.DOUBLE, 3, 1, Tiny.WIDTH)),
                "state is that of 2 sequences",
                "rnnClearPreviousState");
    }

    @Test
    void refusesWhatTheModelCannotHold() {
        ComputationGraph net = net(DataType.FLOAT, positions(4).offset(1).build());
        refused(
                () -> net.output(Nd4j.zeros(2, 4, Tiny.WIDTH)),
                "Layer \"positions\"",
                "4 tokens",
                "maximum of 3 positions");
        refused(() -> net.output(Nd4j.zeros(2, 3, 2)), "[batch, time, 3]", "[2, 3, 2]");
        assertThrows(DL4JInvalidConfigException.class, () -> positions(0).build());
        assertThrows(DL4JInvalidConfigException.class, () -> positions(3).offset(3).build());
    }

    private static void refused(Runnable body, String... parts) {
        String message = assertThrows(DL4JInvalidInputException.class, body::run).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
