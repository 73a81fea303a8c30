package org.dl4jplugins.cl.fusion;

import org.dl4jplugins.cl.importance.Importance;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The "adaptive" variant: both sides' importances, each scaled to [0, 1] over all parameters, share
 * every element by a softmax with a temperature.
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
        INDArray difference =
                out.scale(outer.scores()).subi(in.scale(inner.scores())).divi(temperature);
        INDArray share = Transforms.sigmoid(difference.negi(), false);
        INDArray innerUpdate = afterInner.sub(start).muli(share);
        INDArray outerUpdate = afterOuter.sub(afterInner).muli(share.rsub(1));
        afterOuter.assign(start.add(innerUpdate).addi(outerUpdate));
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
            INDArray scores = importance.scores();
            return new Range(scores.minNumber().doubleValue(), scores.maxNumber().doubleValue());
        }

        double scale(double score) {
            return largest > least ? (score - least) / (largest - least) : 0;
        }

        INDArray scale(INDArray scores) {
            return largest > least ? scores.subi(least).divi(largest - least) : scores.assign(0);
        }
    }
}
