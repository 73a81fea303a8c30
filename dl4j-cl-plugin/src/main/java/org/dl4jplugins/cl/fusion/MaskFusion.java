package org.dl4jplugins.cl.fusion;

import java.util.List;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Recurrent-KIF's fusion: an element matters to a side if its importance is above a quantile of
 * that side's importances; a {@link MaskRule} says what becomes of it. No array of the parameters'
 * number is allocated in single precision, and one, to be sorted, in double precision.
 */
public final class MaskFusion implements Fusion {

    private final double quantile;
    private final boolean perTensor;
    private final MaskRule rule;

    private MaskFusion(Builder builder) {
        this.quantile = builder.quantile;
        this.perTensor = builder.perTensor;
        this.rule = builder.rule;
    }

    @Override
    public void fuse(
            INDArray start,
            INDArray afterInner,
            INDArray afterOuter,
            Importance inner,
            Importance outer) {
        List<Segment> segments = inner.selection().segments();
        long size = inner.selection().size();
        if (perTensor) {
            for (Segment s : segments) {
                fuse(start, afterInner, afterOuter, inner, outer, s.offset(), s.length());
            }
        } else {
            fuse(start, afterInner, afterOuter, inner, outer, 0, size);
        }
    }

    /**
     * The importance above which an element matters.
     *
     * @param importance of one side
     * @param from first element
     * @param length number of elements
     * @return the quantile, linear between neighbors
     */
    double threshold(Importance importance, long from, long length) {
        return Quantile.of(importance.mean(), importance.deviation(), from, length, quantile);
    }

    private void fuse(
            INDArray start,
            INDArray afterInner,
            INDArray afterOuter,
            Importance inner,
            Importance outer,
            long from,
            long length) {
        double in = threshold(inner, from, length);
        double out = threshold(outer, from, length);
        if (FloatMerge.fits(start, afterInner, afterOuter)) {
            new FloatMerge(start, afterInner, afterOuter, from)
                    .masked(
                            new Chunks(inner.mean(), inner.deviation(), from, length),
                            new Chunks(outer.mean(), outer.deviation(), from, length),
                            (float) in,
                            (float) out,
                            rule);
            return;
        }
        for (long i = from; i < from + length; i++) {
            boolean a = inner.score(i) > in;
            boolean b = outer.score(i) > out;
            double wi = a == b ? (a ? rule.bothInner() : rule.noneInner()) : (a ? 1 : 0);
            double wo = a == b ? (a ? rule.bothOuter() : rule.noneOuter()) : (b ? 1 : 0);
            double t0 = start.getDouble(i);
            double t1 = afterInner.getDouble(i);
            double t2 = afterOuter.getDouble(i);
            afterOuter.putScalar(i, t0 + wi * (t1 - t0) + wo * (t2 - t1));
        }
    }

    @Override
    public String toString() {
        return "MaskFusion(" + quantile + (perTensor ? " per tensor, " : ", ") + rule + ")";
    }

    /** Collects settings: quantile 0.8 over all parameters, the paper's rule. */
    public static final class Builder {
        private double quantile = 0.8;
        private boolean perTensor;
        private MaskRule rule = MaskRule.paper();

        /**
         * @param quantile share of elements that do not matter, in [0, 1); 0.8 by default
         */
        public Builder quantile(double quantile) {
            this.quantile = quantile;
            return this;
        }

        /**
         * @param perTensor whether each parameter array has its own threshold; false by default:
         *     one for all
         */
        public Builder perTensor(boolean perTensor) {
            this.perTensor = perTensor;
            return this;
        }

        /**
         * @param rule what becomes of elements that both sides or none need; the paper's by default
         */
        public Builder rule(MaskRule rule) {
            this.rule = rule;
            return this;
        }

        /**
         * @throws IllegalArgumentException if the quantile is outside [0, 1)
         */
        public MaskFusion build() {
            if (!(quantile >= 0 && quantile < 1)) {
                throw new IllegalArgumentException("quantile must be in [0, 1), got " + quantile);
            }
            return new MaskFusion(this);
        }
    }
}
