package org.dl4jplugins.cl.fusion;

import java.util.List;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Fusion by whole parameter arrays: an array matters to a side if the mean importance of its
 * elements is above a quantile of that side's means, one for each array; a {@link MaskRule} says
 * what becomes of it. Arrays count alike, whatever their size. A fusion allocates two arrays of the
 * parameters' number, for the importances, and one of each parameter array's, one after another.
 */
public final class TensorFusion implements Fusion {

    private final double quantile;
    private final MaskRule rule;

    /**
     * @param quantile share of arrays that do not matter, in [0, 1)
     * @param rule what becomes of arrays that both sides or none need
     * @throws IllegalArgumentException if the quantile is outside [0, 1) or the rule null
     */
    public TensorFusion(double quantile, MaskRule rule) {
        if (!(quantile >= 0 && quantile < 1)) {
            throw new IllegalArgumentException("quantile must be in [0, 1), got " + quantile);
        }
        if (rule == null) {
            throw new IllegalArgumentException("rule must be set, got null");
        }
        this.quantile = quantile;
        this.rule = rule;
    }

    /**
     * The mean importance of each parameter array.
     *
     * @param importance of one side
     * @return [array], in the order of the selection
     */
    public static double[] means(Importance importance) {
        INDArray scores = importance.scores();
        return importance.selection().segments().stream()
                .mapToDouble(s -> part(scores, s).meanNumber().doubleValue())
                .toArray();
    }

    @Override
    public void fuse(
            INDArray start,
            INDArray afterInner,
            INDArray afterOuter,
            Importance inner,
            Importance outer) {
        boolean[] a = matters(means(inner));
        boolean[] b = matters(means(outer));
        List<Segment> segments = inner.selection().segments();
        for (int i = 0; i < a.length; i++) {
            double wi = a[i] == b[i] ? (a[i] ? rule.bothInner() : rule.noneInner()) : a[i] ? 1 : 0;
            double wo = a[i] == b[i] ? (a[i] ? rule.bothOuter() : rule.noneOuter()) : b[i] ? 1 : 0;
            INDArray t0 = part(start, segments.get(i));
            INDArray t1 = part(afterInner, segments.get(i));
            INDArray t2 = part(afterOuter, segments.get(i));
            t2.subi(t1).muli(wo).addi(t1.sub(t0).muli(wi)).addi(t0);
        }
    }

    private boolean[] matters(double[] means) {
        double cut = Quantile.of(Nd4j.createFromArray(means), null, 0, means.length, quantile);
        boolean[] above = new boolean[means.length];
        for (int i = 0; i < means.length; i++) {
            above[i] = means[i] > cut;
        }
        return above;
    }

    private static INDArray part(INDArray vector, Segment s) {
        return vector.get(NDArrayIndex.interval(s.offset(), s.offset() + s.length()));
    }

    @Override
    public String toString() {
        return "TensorFusion(" + quantile + ", " + rule + ")";
    }
}
