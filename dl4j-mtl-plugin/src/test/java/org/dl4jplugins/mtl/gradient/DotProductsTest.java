package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Inner products against plain loops; blocks and chunks that do not divide the layers. */
class DotProductsTest {

    @ParameterizedTest
    @CsvSource({"2, FLOAT", "2, DOUBLE", "3, FLOAT", "8, FLOAT", "8, DOUBLE"})
    void equalPlainLoops(int tasks, DataType type) {
        var b = Nets.builder(WorkspaceMode.NONE, type, new Sgd(0.1)).addInputs("in");
        b.addLayer("d1", Zoo.dense(270, 301).build(), "in");
        b.addLayer("d2", Zoo.dense(301, 5).build(), "d1");
        b.addLayer("own", Zoo.dense(301, 5).build(), "d1");
        String[] outputs = new String[tasks];
        for (int t = 0; t < tasks; t++) {
            outputs[t] = "task" + t;
            b.addLayer(outputs[t], Nets.softmax(5), t == tasks - 1 ? "own" : "d2");
        }
        ComputationGraph graph = Nets.init(b.setOutputs(outputs));
        graph.initGradientsView();
        TaskStructure structure = TaskStructure.of(graph);
        GradientRows rows = new GradientRows(graph, structure);
        rows.matrix().assign(Nd4j.randn(type, rows.matrix().shape()));
        graph.getFlattenedGradients()
                .assign(Nd4j.randn(type, graph.getFlattenedGradients().shape()));
        boolean[] used = new boolean[tasks];
        Arrays.fill(used, true);
        used[1] = tasks < 3;
        for (int remainder : List.of(0, tasks - 1, -1)) {
            double[][][] actual = DotProducts.of(rows, used, remainder);
            if (remainder >= 0) {
                rows.difference(remainder, used);
            }
            double[][][] expected = loops(rows, used);
            double[][][] byBackend = DotProducts.byBackend(rows, used, remainder);
            for (int l = 0; l < expected.length; l++) {
                for (int t = 0; t < tasks; t++) {
                    double tolerance =
                            (type == DataType.FLOAT ? 1e-6 : 1e-12) * (1 + expected[l][0][0]);
                    assertArrayEquals(expected[l][t], actual[l][t], tolerance);
                    assertArrayEquals(expected[l][t], byBackend[l][t], tolerance);
                }
            }
        }
    }

    private static double[][][] loops(GradientRows rows, boolean[] used) {
        int tasks = used.length;
        double[][] m = rows.matrix().castTo(DataType.DOUBLE).toDoubleMatrix();
        double[][][] result = new double[rows.blocks().size()][tasks][tasks];
        for (int l = 0; l < result.length; l++) {
            LayerBlock b = rows.blocks().get(l);
            for (int i = 0; i < tasks; i++) {
                for (int j = 0; j < tasks; j++) {
                    boolean both = used[i] && used[j] && b.sharers()[i] && b.sharers()[j];
                    for (int k = 0; both && k < b.length(); k++) {
                        int at = (int) b.rowOffset() + k;
                        result[l][i][j] += m[i][at] * m[j][at];
                    }
                }
            }
        }
        return result;
    }
}
