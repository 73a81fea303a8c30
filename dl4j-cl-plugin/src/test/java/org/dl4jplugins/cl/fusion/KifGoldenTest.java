package org.dl4jplugins.cl.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.Selections;
import org.dl4jplugins.cl.importance.Sensitivity;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Importances, thresholds and fused parameters of the published code, step by step. */
class KifGoldenTest {

    private static final String[] NAMES = {"lora_A", "lora_B"};

    private final Golden golden = Golden.load("kif_importance");

    @ParameterizedTest
    @CsvSource({
        "param_first, FIRST_ORDER, DOUBLE, 1e-12",
        "param_second, SECOND_ORDER, DOUBLE, 1e-12",
        "param_mix, MIXED, DOUBLE, 1e-12",
        "param_first, FIRST_ORDER, FLOAT, 2e-5",
        "param_second, SECOND_ORDER, FLOAT, 2e-5",
        "param_mix, MIXED, FLOAT, 2e-5"
    })
    void agreesWithThePublishedCode(
            String taylor, Sensitivity sensitivity, DataType type, double tolerance) {
        ComputationGraph graph = Selections.twoMatrices(type);
        ParameterSelection selection = ParameterSelection.all(graph);
        Smoothing smoothing = new Smoothing(sensitivity, 0.85, 0.85, true);
        Importance inner = new Importance(selection, smoothing, type);
        Importance outer = new Importance(selection, smoothing, type);
        for (int cycle = 0; cycle < 2; cycle++) {
            inner.reset();
            replay(graph, inner, "inner", taylor, cycle, 6, tolerance);
            replay(graph, outer, "outer", taylor, cycle, 4, tolerance);
            for (String quantile : new String[] {"0.8", "0.5"}) {
                fuse(graph, inner, outer, taylor, quantile, cycle, tolerance);
            }
            if (sensitivity == Sensitivity.FIRST_ORDER) {
                soft(graph, inner, outer, "1", cycle, tolerance);
                soft(graph, inner, outer, "0.1", cycle, tolerance);
            }
        }
    }

    private void replay(
            ComputationGraph graph,
            Importance importance,
            String phase,
            String taylor,
            int cycle,
            int steps,
            double tolerance) {
        for (int step = 0; step < steps; step++) {
            INDArray parameters = flat(graph, phase + ".param", cycle, step);
            INDArray gradient = flat(graph, phase + ".grad", cycle, step);
            importance.update(parameters, gradient.mul(7), 1.0 / 7);
            String key = taylor + "." + phase;
            assertClose(flat(graph, key + ".I", cycle, step), importance.mean(), tolerance);
            assertClose(flat(graph, key + ".U", cycle, step), importance.deviation(), tolerance);
        }
    }

    private void fuse(
            ComputationGraph graph,
            Importance inner,
            Importance outer,
            String taylor,
            String quantile,
            int cycle,
            double tolerance) {
        MaskFusion fusion =
                new MaskFusion.Builder()
                        .quantile(Double.parseDouble(quantile))
                        .rule(MaskRule.publishedCode())
                        .build();
        double expected = golden.vector(taylor + ".inner.q" + quantile + ".threshold")[cycle];
        long size = inner.selection().size();
        assertEquals(expected, fusion.threshold(inner, 0, size), tolerance * expected);
        double local =
                golden.vector(taylor + ".inner.q" + quantile + ".localthreshold.lora_B")[cycle];
        assertEquals(local, fusion.threshold(inner, 12, 10), tolerance * local);
        INDArray fused = fused(graph, fusion, inner, outer, cycle);
        assertClose(
                flat(graph, taylor + ".merge.q" + quantile + ".theta_new", cycle),
                fused,
                tolerance);
    }

    private void soft(
            ComputationGraph graph,
            Importance inner,
            Importance outer,
            String tau,
            int cycle,
            double tolerance) {
        INDArray fused = fused(graph, new SoftFusion(Double.parseDouble(tau)), inner, outer, cycle);
        String key = "param_first.soft.tau" + tau;
        INDArray expected =
                flat(graph, "theta_t", cycle)
                        .add(flat(graph, key + ".cin", cycle).mul(flat(graph, "delta_in", cycle)))
                        .add(
                                flat(graph, key + ".cout", cycle)
                                        .mul(flat(graph, "delta_out", cycle)));
        assertClose(expected, fused, tolerance * 10);
    }

    private INDArray fused(
            ComputationGraph graph, Fusion fusion, Importance inner, Importance outer, int cycle) {
        INDArray start = flat(graph, "theta_t", cycle);
        INDArray afterInner = start.add(flat(graph, "delta_in", cycle));
        INDArray afterOuter = afterInner.add(flat(graph, "delta_out", cycle));
        fusion.fuse(start, afterInner, afterOuter, inner, outer);
        return afterOuter;
    }

    /** Both arrays of a key as one vector in the graph's type, each in row-major order. */
    private INDArray flat(ComputationGraph graph, String key, int... index) {
        INDArray[] parts = new INDArray[NAMES.length];
        for (int n = 0; n < NAMES.length; n++) {
            INDArray array = golden.array(key + "." + NAMES[n]);
            for (int i : index) {
                array = array.get(NDArrayIndex.point(i));
            }
            parts[n] = array.dup('c').reshape(new long[] {array.length()});
        }
        return Nd4j.concat(0, parts).castTo(graph.params().dataType());
    }

    private static void assertClose(INDArray expected, INDArray actual, double tolerance) {
        Golden.assertClose(
                expected.castTo(DataType.DOUBLE).toDoubleVector(),
                actual.castTo(DataType.DOUBLE).toDoubleVector(),
                tolerance,
                "elements");
    }
}
