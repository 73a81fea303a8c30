package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CardinalityTest {

    @Test
    void oneShiftMeetsTheBound() {
        double[] scores = {4, 3, -1, 0.5, 7};
        for (double bound : new double[] {0.01, 0.5, 2, 3.4}) {
            double shift = Cardinality.shift(scores, bound);
            assertTrue(shift > 0);
            assertEquals(bound, Cardinality.sum(scores, shift), 1e-9);
        }
    }

    @Test
    void nothingMovesWithinTheBound() {
        double[] scores = {4, 3, -1};
        assertEquals(0, Cardinality.shift(scores, 3));
        assertEquals(0, Cardinality.shift(scores, Cardinality.sum(scores, 0)));
    }

    @Test
    void noOtherPointWithThatSumIsNearerInRelativeEntropy() {
        double[] scores = {2, 0.5, -1};
        double shift = Cardinality.shift(scores, 1.2);
        double[] nearest = new double[3];
        for (int i = 0; i < 3; i++) {
            nearest[i] = Cardinality.sigmoid(scores[i] - shift);
        }
        double least = divergence(nearest, scores);
        for (int i = 0; i < 3; i++) {
            double[] other = nearest.clone();
            other[i] += 0.01;
            other[(i + 1) % 3] -= 0.01;
            assertTrue(divergence(other, scores) > least);
        }
    }

    private static double divergence(double[] gamma, double[] scores) {
        double sum = 0;
        for (int i = 0; i < gamma.length; i++) {
            double from = Cardinality.sigmoid(scores[i]);
            sum += gamma[i] * Math.log(gamma[i] / from);
            sum += (1 - gamma[i]) * Math.log((1 - gamma[i]) / (1 - from));
        }
        return sum;
    }
}
