package org.dl4jplugins.multimodal.vision;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Logarithms of variances, cut off where exponentials would overflow. */
final class Moments {
    private static final double LEAST = -30;
    private static final double MOST = 20;

    private Moments() {}

    /** The logarithms within their limits, a new array. */
    static INDArray clipped(INDArray logVariance) {
        INDArray result = logVariance.dup('c');
        BooleanIndexing.replaceWhere(result, LEAST, Conditions.lessThan(LEAST));
        BooleanIndexing.replaceWhere(result, MOST, Conditions.greaterThan(MOST));
        return result;
    }

    static INDArray deviation(INDArray logVariance) {
        return Transforms.exp(clipped(logVariance).muli(0.5), false);
    }

    /** 1 where the logarithm is within its limits and has a gradient, else 0. */
    static INDArray inside(INDArray logVariance) {
        return logVariance
                .gte(LEAST)
                .castTo(logVariance.dataType())
                .muli(logVariance.lte(MOST).castTo(logVariance.dataType()));
    }
}
