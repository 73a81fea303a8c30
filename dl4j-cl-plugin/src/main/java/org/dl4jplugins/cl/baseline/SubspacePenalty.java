package org.dl4jplugins.cl.baseline;

import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.cl.baseline.Increments.Adapter;
import org.dl4jplugins.cl.baseline.Increments.Factor;
import org.dl4jplugins.cl.baseline.OLora.Overlap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What O-LoRA adds to the loss of a task: {@code lambda1 sum overlap(A_old^T A) + lambda2 sum (|A|
 * + |B|)} with the norms of the new increments' factors A and B, over all matrices and all A_old of
 * earlier adapters on the same matrix. The earlier A are copied, as they are frozen.
 */
final class SubspacePenalty {

    /** The columns of all earlier A on a matrix, [inputs, sum of ranks]. */
    private record Pair(Factor a, INDArray old) {}

    private final Adapter current;
    private final List<Pair> pairs = new ArrayList<>();
    private final Overlap overlap;
    private final double lambda1;
    private final double lambda2;

    SubspacePenalty(
            INDArray params,
            Adapter current,
            List<Adapter> earlier,
            Overlap overlap,
            double lambda1,
            double lambda2) {
        this.current = current;
        this.overlap = overlap;
        this.lambda1 = lambda1;
        this.lambda2 = lambda2;
        for (Factor a : current.a().values()) {
            List<INDArray> old = new ArrayList<>();
            for (Adapter adapter : earlier) {
                Factor other = adapter.a().get(a.matrix());
                if (other != null) {
                    old.add(other.of(params));
                }
            }
            if (!old.isEmpty()) {
                pairs.add(new Pair(a, Nd4j.concat(1, old.toArray(new INDArray[0]))));
            }
        }
    }

    /** The penalty at some parameters. */
    double value(INDArray params) {
        double sum = 0;
        for (Pair pair : pairs) {
            INDArray products = products(pair, params);
            sum +=
                    lambda1
                            * (overlap == Overlap.ABSOLUTE
                                    ? products.norm1Number().doubleValue()
                                    : Math.pow(products.norm2Number().doubleValue(), 2));
        }
        if (lambda2 > 0) {
            for (Factor factor : current.factors()) {
                sum += lambda2 * factor.of(params).norm2Number().doubleValue();
            }
        }
        return sum;
    }

    /**
     * Adds its gradient.
     *
     * @param scale what it is multiplied with
     * @param gradient flat, changed
     */
    void addGradient(INDArray params, double scale, INDArray gradient) {
        if (lambda1 > 0) {
            for (Pair pair : pairs) {
                INDArray products = products(pair, params);
                INDArray slope =
                        overlap == Overlap.ABSOLUTE
                                ? Transforms.sign(products, false)
                                : products.muli(2);
                pair.a.of(gradient).addi(pair.old.mmul(slope).muli(lambda1 * scale));
            }
        }
        if (lambda2 > 0) {
            for (Factor factor : current.factors()) {
                INDArray value = factor.of(params);
                double norm = value.norm2Number().doubleValue();
                if (norm > 0) {
                    factor.of(gradient).addi(value.mul(lambda2 * scale / norm));
                }
            }
        }
    }

    /** Inner products of old and new columns, [sum of old ranks, rank]. */
    private static INDArray products(Pair pair, INDArray params) {
        return pair.old.transpose().mmul(pair.a.of(params));
    }
}
