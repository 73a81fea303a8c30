package org.dl4jplugins.cl.fusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.dl4jplugins.cl.importance.Selections;
import org.dl4jplugins.cl.importance.Smoothing;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against sorting and plain loops. */
class MaskFusionTest {

    private static final MaskRule RULE = new MaskRule(0.3, 0.9, 0.2, 0.1);

    private final Random random = new Random(9);

    @Test
    void masksFromOneQuantileOrOnePerTensor() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            for (double quantile : new double[] {0, 0.4, 0.8}) {
                check(type, quantile, false);
                check(type, quantile, true);
            }
        }
    }

    @Test
    void quantilesOutOfRangeAreRefused() {
        for (double wrong : new double[] {-0.1, 1, 1.5, Double.NaN}) {
            MaskFusion.Builder builder = new MaskFusion.Builder().quantile(wrong);
            assertEquals(
                    "quantile must be in [0, 1), got " + wrong,
                    assertThrows(IllegalArgumentException.class, builder::build).getMessage());
        }
    }

    private void check(DataType type, double quantile, boolean perTensor) {
        ComputationGraph graph = Selections.twoMatrices(type);
        ParameterSelection selection = ParameterSelection.all(graph);
        int size = (int) selection.size();
        double[] in = scores(selection);
        double[] out = scores(selection);
        double[][] theta = {values(size), values(size), values(size)};
        double[] expected = new double[size];
        for (Segment s : selection.segments()) {
            int from = perTensor ? (int) s.offset() : 0;
            int to = perTensor ? (int) (s.offset() + s.length()) : size;
            double cutIn = sorted(Arrays.copyOfRange(in, from, to), quantile);
            double cutOut = sorted(Arrays.copyOfRange(out, from, to), quantile);
            for (int i = (int) s.offset(); i < s.offset() + s.length(); i++) {
                boolean a = in[i] > cutIn;
                boolean b = out[i] > cutOut;
                double wi = a && b ? 0.3 : a ? 1 : b ? 0 : 0.2;
                double wo = a && b ? 0.9 : b ? 1 : a ? 0 : 0.1;
                double start = theta[0][i];
                expected[i] = start + wi * (theta[1][i] - start) + wo * (theta[2][i] - theta[1][i]);
            }
        }
        INDArray fused = array(theta[2], type);
        new MaskFusion.Builder()
                .quantile(quantile)
                .perTensor(perTensor)
                .rule(RULE)
                .build()
                .fuse(
                        array(theta[0], type),
                        array(theta[1], type),
                        fused,
                        importance(selection, in, type),
                        importance(selection, out, type));
        assertArrayEquals(expected, fused.castTo(DataType.DOUBLE).toDoubleVector(), 1e-6);
    }

    private static Importance importance(
            ParameterSelection selection, double[] scores, DataType type) {
        Importance importance = new Importance(selection, Smoothing.paper(), type);
        importance.restore(array(scores, type), null, 1);
        return importance;
    }

    /** Those of the second matrix are larger: its quantile is another than that of all. */
    private double[] scores(ParameterSelection selection) {
        double[] scores = values((int) selection.size());
        long second = selection.segments().get(1).offset();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.abs(scores[i]) + (i < second ? 0 : 2);
        }
        return scores;
    }

    private double[] values(int size) {
        return random.doubles(size, -1, 1).map(x -> (float) x).toArray();
    }

    private static double sorted(double[] values, double quantile) {
        Arrays.sort(values);
        double position = quantile * (values.length - 1);
        int rank = (int) position;
        double high = values[Math.min(rank + 1, values.length - 1)];
        return values[rank] + (position - rank) * (high - values[rank]);
    }

    private static INDArray array(double[] values, DataType type) {
        return Nd4j.createFromArray(values).castTo(type);
    }
}
