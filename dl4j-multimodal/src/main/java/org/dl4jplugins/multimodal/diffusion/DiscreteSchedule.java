package org.dl4jplugins.multimodal.diffusion;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * A schedule given by N noise steps beta_1..beta_N: alpha squared at t = n / N is the product of 1
 * - beta_i for i up to n.
 *
 * <p>Between the steps log alpha is linear in t, and below 1 / N the first piece goes on, as in
 * DPM-Solver, but alpha is never above 1; clean data, alpha = 1, are at t = 0.
 */
public final class DiscreteSchedule implements NoiseSchedule {

    private final String name;
    private final double[] logAlphas;

    private DiscreteSchedule(String name, double[] logAlphas) {
        this.name = name;
        this.logAlphas = logAlphas;
    }

    /**
     * The schedule of Stable Diffusion, UniDiffuser and BiDiffuser: scaled linear, 1000 steps from
     * 0.00085 to 0.012.
     *
     * @return the schedule
     */
    public static DiscreteSchedule stableDiffusion() {
        return scaledLinear(0.00085, 0.012, 1000);
    }

    /**
     * The square root of beta grows linearly.
     *
     * @param first beta_1, above 0
     * @param last beta_N, from first to below 1
     * @param steps N, 2 or more
     * @return the schedule
     * @throws IllegalArgumentException if a number is out of range
     */
    public static DiscreteSchedule scaledLinear(double first, double last, int steps) {
        checkRange(first, last, steps);
        return of(
                "scaled linear " + first + " to " + last,
                steps,
                n -> {
                    double root = line(Math.sqrt(first), Math.sqrt(last), n, steps);
                    return root * root;
                });
    }

    /**
     * Beta grows linearly, as in DDPM, which has 1000 steps from 0.0001 to 0.02.
     *
     * @param first beta_1, above 0
     * @param last beta_N, from first to below 1
     * @param steps N, 2 or more
     * @return the schedule
     * @throws IllegalArgumentException if a number is out of range
     */
    public static DiscreteSchedule linear(double first, double last, int steps) {
        checkRange(first, last, steps);
        return of("linear " + first + " to " + last, steps, n -> line(first, last, n, steps));
    }

    /**
     * Nichol and Dhariwal's cosine: alpha squared falls as cos squared of (t + 0.008) / 1.008 pi /
     * 2, with beta at most 0.999.
     *
     * @param steps N, 2 or more
     * @return the schedule
     * @throws IllegalArgumentException if there are fewer steps
     */
    public static DiscreteSchedule cosine(int steps) {
        Require.that(steps >= 2, "steps", steps, "2 or more");
        return of(
                "cosine", steps, n -> Math.min(0.999, 1 - cosine(n, steps) / cosine(n - 1, steps)));
    }

    private static double cosine(int n, int steps) {
        double cosine = Math.cos(((double) n / steps + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    /**
     * Any betas.
     *
     * @param betas beta_1..beta_N, each above 0 and below 1, 2 or more
     * @return the schedule
     * @throws IllegalArgumentException if one is out of range
     */
    public static DiscreteSchedule of(double... betas) {
        return of("betas " + Arrays.hashCode(betas), betas.length, n -> betas[n - 1]);
    }

    private static DiscreteSchedule of(String name, int steps, IntToDoubleFunction beta) {
        Require.that(steps >= 2, "steps", steps, "2 or more");
        double[] logAlphas = new double[steps + 1];
        for (int n = 1; n <= steps; n++) {
            double value = beta.applyAsDouble(n);
            Require.that(value > 0 && value < 1, "beta " + n, value, "above 0 and below 1");
            logAlphas[n] = logAlphas[n - 1] + 0.5 * Math.log1p(-value);
        }
        return new DiscreteSchedule(name, logAlphas);
    }

    private static void checkRange(double first, double last, int steps) {
        Require.that(first > 0 && first < 1, "first", first, "above 0 and below 1");
        Require.that(last >= first && last < 1, "last", last, "from " + first + " to below 1");
        Require.that(steps >= 2, "steps", steps, "2 or more");
    }

    private static double line(double first, double last, int n, int steps) {
        return first + (last - first) * (n - 1) / (steps - 1);
    }

    /**
     * Noise added by one step.
     *
     * @param n step, from 1 to {@link #steps()}
     * @return beta_n
     * @throws IllegalArgumentException if n is out of range
     */
    public double beta(int n) {
        Require.that(n >= 1 && n <= steps(), "n", n, "from 1 to " + steps());
        return -Math.expm1(2 * (logAlphas[n] - logAlphas[n - 1]));
    }

    @Override
    public int steps() {
        return logAlphas.length - 1;
    }

    @Override
    public double logAlpha(double t) {
        if (Require.time("t", t) == 0) {
            return 0;
        }
        double position = t * steps();
        int piece = Math.max(1, Math.min((int) position, steps() - 1));
        return Math.min(0, between(piece, position - piece));
    }

    private double between(int piece, double part) {
        return logAlphas[piece] + part * (logAlphas[piece + 1] - logAlphas[piece]);
    }

    @Override
    public double timeOfLogAlpha(double logAlpha) {
        int low = 1;
        int high = steps();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (logAlphas[middle] >= logAlpha) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double part = (logAlpha - logAlphas[low]) / (logAlphas[low + 1] - logAlphas[low]);
        return Math.max(0, Math.min(1, (low + part) / steps()));
    }

    @Override
    public String toString() {
        return name + ", " + steps() + " steps";
    }
}
