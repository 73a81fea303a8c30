package org.dl4jplugins.cl.importance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.train.Toy;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.ops.transforms.Transforms;

class ImportanceListenerTest {

    private static final String[] NAMES = {"lora_A", "lora_B"};

    /** The published code measures after the step; the gradient is DL4J's sum over 7 examples. */
    @Test
    void agreesWithThePublishedCode() {
        Golden golden = Golden.load("kif_importance");
        ComputationGraph graph = Selections.twoMatrices(DataType.DOUBLE);
        graph.initGradientsView();
        graph.setLabels(Nd4j.zeros(7, 6), Nd4j.zeros(7, 2));
        ImportanceListener listener =
                new ImportanceListener(
                        new Importance(
                                ParameterSelection.all(graph),
                                Smoothing.publishedCode(),
                                DataType.DOUBLE),
                        WeightTime.AFTER_STEP);
        for (int step = 0; step < 6; step++) {
            graph.params().assign(-99);
            graph.getFlattenedGradients().assign(flat(golden, "inner.grad", step).muli(7));
            listener.onGradientCalculation(graph);
            graph.getFlattenedGradients().assign(1e6);
            graph.params().assign(flat(golden, "inner.param", step));
            listener.iterationDone(graph, step, 0);
            assertClose(flat(golden, "param_first.inner.I", step), listener.importance().mean());
            assertClose(
                    flat(golden, "param_first.inner.U", step), listener.importance().deviation());
        }
    }

    @ParameterizedTest
    @EnumSource(WeightTime.class)
    void measuresPlainTrainingWithoutChangingIt(WeightTime time) {
        double rate = 0.5;
        ComputationGraph graph = Toy.mlp(new Sgd(rate), DataType.DOUBLE, 0, true);
        ComputationGraph plain = graph.clone();
        ParameterSelection selection = ParameterSelection.all(graph);
        assertEquals(graph.numParams() - 2 * 16, selection.size());
        Importance importance = new Importance(selection, Smoothing.paper(), DataType.DOUBLE);
        graph.setListeners(new ImportanceListener(importance, time));
        INDArray before = Nd4j.zeros(DataType.DOUBLE, selection.size());
        INDArray after = before.dup();
        INDArray expected = before.dup();
        for (int step = 0; step < 3; step++) {
            MultiDataSet batch = Toy.data(0, 5 + step, step);
            selection.gather(graph.params(), before);
            graph.fit(batch);
            plain.fit(batch);
            selection.gather(graph.params(), after);
            INDArray gradient = before.sub(after).divi(rate);
            INDArray weight = time == WeightTime.BEFORE_STEP ? before : after;
            INDArray sensitivity = Transforms.abs(weight.mul(gradient));
            expected.muli(0.55).addi(sensitivity.muli(0.45));
        }
        assertEquals(3, importance.updates());
        assertClose(expected, importance.mean());
        assertArrayEquals(plain.params().toDoubleVector(), graph.params().toDoubleVector(), 0);
    }

    @ParameterizedTest
    @EnumSource(WeightTime.class)
    void aGradientThatIsNotANumberStopsBeforeTheStepAndIsNamed(WeightTime time) {
        ComputationGraph graph = Toy.mlp(new Sgd(0.1), DataType.FLOAT, 0, false);
        Importance importance =
                new Importance(
                        ParameterSelection.matching(graph, "hidden_.*"),
                        Smoothing.paper(),
                        DataType.FLOAT);
        graph.setListeners(new ImportanceListener(importance, time));
        MultiDataSet batch = Toy.data(0, 4, 1);
        batch.getFeatures(0).putScalar(0, 0, Double.NaN);
        float[] before = graph.params().toFloatVector();
        String message =
                assertThrows(IllegalStateException.class, () -> graph.fit(batch)).getMessage();
        assertTrue(message.contains("hidden_W"), message);
        assertArrayEquals(before, graph.params().toFloatVector());
    }

    private static INDArray flat(Golden golden, String key, int step) {
        INDArray[] parts = new INDArray[NAMES.length];
        for (int n = 0; n < NAMES.length; n++) {
            INDArray array =
                    golden.array(key + "." + NAMES[n])
                            .get(NDArrayIndex.point(0))
                            .get(NDArrayIndex.point(step));
            parts[n] = array.dup('c').reshape(new long[] {array.length()});
        }
        return Nd4j.concat(0, parts);
    }

    private static void assertClose(INDArray expected, INDArray actual) {
        assertArrayEquals(expected.toDoubleVector(), actual.toDoubleVector(), 1e-12);
    }
}
