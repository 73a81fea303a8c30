package org.dl4jplugins.cl.fusion;

import org.dl4jplugins.cl.importance.Importance;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The "adaptive" variant: both sides' importances, each scaled to [0, 1] over all parameters, share
 * every element by a softmax with a temperature. No array of the parameters' number is allocated.
 */
public final class SoftFusion implements Fusion {

    private final double temperature;

    /**
     * @param temperature above 0; small values approach a hard choice
     * @throws IllegalArgumentException if it is not above 0
     */
    public SoftFusion(double temperature) {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature must be above 0, got " + temperature);
        }
        this.temperature = temperature;
    }

    @Override
    public void fuse(
            INDArray start,
            INDArray afterInner,
            INDArray afterOuter,
            Importance inner,
            Importance outer) {
        Range in = Range.of(inner);
        Range out = Range.of(outer);
        if (FloatMerge.fits(start, afterInner, afterOuter)) {
            long size = inner.selection().size();
            new FloatMerge(start, afterInner, afterOuter, 0)
                    .weighted(
                            new Chunks(inner.mean(), inner.deviation(), 0, size),
                            new Chunks(outer.mean(), outer.deviation(), 0, size),
                            (a, b, wi, wo, n) -> {
                                for (int i = 0; i < n; i++) {
                                    double share = share(in.scale(a[i]), out.scale(b[i]));
                                    wi[i] = (float) share;
                                    wo[i] = (float) (1 - share);
                                }
                            });
            return;
        }
        for (long i = 0; i < inner.selection().size(); i++) {
            double share = share(in.scale(inner.score(i)), out.scale(outer.score(i)));
            double t0 = start.getDouble(i);
            double t1 = afterInner.getDouble(i);
            double t2 = afterOuter.getDouble(i);
            afterOuter.putScalar(i, t0 + share * (t1 - t0) + (1 - share) * (t2 - t1));
        }
    }

    @Override
    public String toString() {
        return "SoftFusion(" + temperature + ")";
    }

    private double share(double inner, double outer) {
        return 1 / (1 + Math.exp((outer - inner) / temperature));
    }

    /** Least and largest score of one side. */
    private record Range(double least, double largest) {
        static Range of(Importance importance) {
            long size = importance.selection().size();
            if (importance.mean().dataType() == DataType.FLOAT) {
                return of(new Chunks(importance.mean(), importance.deviation(), 0, size));
            }
            double least = Double.POSITIVE_INFINITY;
            double largest = Double.NEGATIVE_INFINITY;
            for (long i = 0; i < size; i++) {
                least = Math.min(least, importance.score(i));
                largest = Math.max(largest, importance.score(i));
            }
            return new Range(least, largest);
        }

        private static Range of(Chunks scores) {
            float[] ends = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
            scores.each(
                    (values, n) -> {
                        float least = Float.POSITIVE_INFINITY;
                        float largest = Float.NEGATIVE_INFINITY;
                        for (int i = 0; i < n; i++) {
                            least = Math.min(least, values[i]);
                            largest = Math.max(largest, values[i]);
                        }
                        synchronized (ends) {
                            ends[0] = Math.min(ends[0], least);
                            ends[1] = Math.max(ends[1], largest);
                        }
                    });
            return new Range(ends[0], ends[1]);
        }

        double scale(double score) {
            return largest > least ? (score - least) / (largest - least) : 0;
        }
    }
}
