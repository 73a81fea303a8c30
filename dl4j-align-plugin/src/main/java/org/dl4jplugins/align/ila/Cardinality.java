package org.dl4jplugins.align.ila;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.util.FastMath;

/** Arithmetic of the relaxed number of layers, sum(sigmoid(s)). */
final class Cardinality {

    private static final double ACCURACY = 1e-12;
    private static final int EVALUATIONS = 1000;

    private Cardinality() {}

    static double sigmoid(double score) {
        return 1 / (1 + FastMath.exp(-score));
    }

    static double sum(double[] scores, double shift) {
        double sum = 0;
        for (double score : scores) {
            sum += sigmoid(score - shift);
        }
        return sum;
    }

    /** What to subtract from all scores so that the sum is at most the bound; 0 if it is. */
    static double shift(double[] scores, double bound) {
        if (sum(scores, 0) <= bound) {
            return 0;
        }
        DoubleUnaryOperator excess = shift -> sum(scores, shift) - bound;
        double far = 1;
        while (excess.applyAsDouble(far) > 0) {
            far *= 2;
        }
        return new BrentSolver(ACCURACY).solve(EVALUATIONS, excess::applyAsDouble, 0, far);
    }
}
