package org.dl4jplugins.align.preference;

import java.util.Arrays;

/** Losses of pairs, from log probabilities (Rafailov et al. 2023, equation 7). */
final class PairLosses {
    private final double beta;
    private final double[] losses;
    private final double[] slopes;
    private final PreferenceRewards rewards;

    /**
     * @param answer log probabilities, of the chosen rows and then of the rejected ones
     * @param reference the same of the reference
     */
    PairLosses(double[] answer, double[] reference, PreferenceLossLayer settings) {
        int n = answer.length / 2;
        beta = settings.getBeta();
        double s = settings.getLabelSmoothing();
        losses = new double[n];
        slopes = new double[n];
        double chosen = 0;
        double rejected = 0;
        int right = 0;
        for (int i = 0; i < n; i++) {
            double better = beta * (answer[i] - reference[i]);
            double worse = beta * (answer[n + i] - reference[n + i]);
            double h = better - worse;
            losses[i] = (1 - s) * softplus(-h) + s * softplus(h);
            slopes[i] = s * sigmoid(h) - (1 - s) * sigmoid(-h);
            chosen += better / n;
            rejected += worse / n;
            right += h > 0 ? 1 : 0;
        }
        rewards = new PreferenceRewards(n, mean(), chosen, rejected, (double) right / n);
    }

    int pairs() {
        return losses.length;
    }

    double mean() {
        return Arrays.stream(losses).sum() / losses.length;
    }

    /** The loss of the pair that a row belongs to. */
    double loss(int row) {
        return losses[row % losses.length];
    }

    /** The derivative of a pair's loss by a row's log probability. */
    double slope(int row) {
        double slope = beta * slopes[row % losses.length];
        return row < losses.length ? slope : -slope;
    }

    PreferenceRewards rewards() {
        return rewards;
    }

    /** log(1 + e^x), which is -log sigmoid(-x). */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
