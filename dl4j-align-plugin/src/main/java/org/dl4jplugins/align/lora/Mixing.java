package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Merging of arrays of equal shape, element by element in double precision. */
final class Mixing {
    private Mixing() {}

    /** The weighted sum. */
    static INDArray linear(List<INDArray> arrays, double[] weights) {
        double[] sum = new double[(int) arrays.get(0).length()];
        for (int t = 0; t < weights.length; t++) {
            double[] values = values(arrays.get(t));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weights[t] * values[i];
            }
        }
        return like(arrays.get(0), sum);
    }

    /** TIES: trim, elect signs (before weighting), and average what has the elected sign. */
    static INDArray ties(
            List<INDArray> arrays, double[] weights, double density, MajoritySign sign) {
        List<double[]> kept = arrays.stream().map(a -> trim(values(a), density)).toList();
        double[] merged = new double[kept.get(0).length];
        for (int i = 0; i < merged.length; i++) {
            double vote = 0;
            for (double[] values : kept) {
                vote += sign == MajoritySign.TOTAL ? values[i] : Math.signum(values[i]);
            }
            double elected = vote >= 0 ? 1 : -1;
            int count = 0;
            for (int t = 0; t < weights.length; t++) {
                if (Math.signum(kept.get(t)[i]) == elected) {
                    merged[i] += weights[t] * kept.get(t)[i];
                    count++;
                }
            }
            merged[i] /= Math.max(count, 1);
        }
        return like(arrays.get(0), merged);
    }

    /** Zeros but for the {@code floor(density * n)} largest magnitudes; of equal ones the first. */
    static double[] trim(double[] values, double density) {
        if (density >= 1) {
            return values;
        }
        double[] kept = new double[values.length];
        IntStream.range(0, values.length)
                .boxed()
                .sorted((i, j) -> Double.compare(Math.abs(values[j]), Math.abs(values[i])))
                .limit((long) (density * values.length))
                .forEach(i -> kept[i] = values[i]);
        return kept;
    }

    private static double[] values(INDArray array) {
        return array.dup('c').data().asDouble();
    }

    private static INDArray like(INDArray array, double[] values) {
        return Nd4j.createFromArray(values).reshape('c', array.shape()).castTo(array.dataType());
    }
}
