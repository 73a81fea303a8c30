package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The largest difference of two arrays. */
final class Differences {
    private Differences() {}

    static MergeReport.Output of(String name, INDArray unmerged, INDArray merged) {
        double[] u = unmerged.dup('c').data().asDouble();
        double[] m = merged.dup('c').data().asDouble();
        double worst = -1;
        double magnitude = 0;
        int at = 0;
        for (int i = 0; i < u.length; i++) {
            double difference = difference(u[i], m[i]);
            magnitude = Math.max(magnitude, Math.abs(u[i]));
            if (difference > worst) {
                worst = difference;
                at = i;
            }
        }
        return new MergeReport.Output(
                name, worst, magnitude, index(at, unmerged.shape()), u[at], m[at]);
    }

    private static double difference(double a, double b) {
        if (Double.compare(a, b) == 0) {
            return 0;
        }
        double difference = Math.abs(a - b);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    private static List<Long> index(int flat, long[] shape) {
        List<Long> index = new ArrayList<>();
        long rest = flat;
        for (int d = shape.length - 1; d >= 0; d--) {
            index.add(0, rest % shape[d]);
            rest /= shape[d];
        }
        return index;
    }
}
