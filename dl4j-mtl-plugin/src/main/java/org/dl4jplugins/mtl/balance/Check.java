package org.dl4jplugins.mtl.balance;

/** Argument checks that say which argument, which value and what would be right. */
final class Check {

    private static final double SYMMETRY = 1e-6;

    private Check() {}

    /** Losses: at least one, all finite. */
    static void losses(double[] losses) {
        if (losses.length == 0) {
            throw new IllegalArgumentException("losses is empty: expected one loss per task");
        }
        for (int t = 0; t < losses.length; t++) {
            if (!Double.isFinite(losses[t])) {
                throw new IllegalArgumentException(
                        "losses[" + t + "] = " + losses[t] + ": expected a finite number");
            }
        }
    }

    /** Losses that will be divided by or taken the logarithm of. */
    static void positiveLosses(double[] losses) {
        losses(losses);
        for (int t = 0; t < losses.length; t++) {
            if (losses[t] <= 0) {
                throw new IllegalArgumentException(
                        "losses[" + t + "] = " + losses[t] + ": this method needs losses above 0");
            }
        }
    }

    /** Gramian and losses of the same tasks; the Gramian square, symmetric and finite. */
    static void problem(double[][] gramian, double[] losses) {
        losses(losses);
        int tasks = losses.length;
        if (gramian.length != tasks) {
            throw new IllegalArgumentException(
                    "gramian has " + gramian.length + " rows, but there are " + tasks + " losses");
        }
        for (int i = 0; i < tasks; i++) {
            if (gramian[i].length != tasks) {
                throw new IllegalArgumentException(
                        "gramian must be square: row "
                                + i
                                + " has "
                                + gramian[i].length
                                + " values, expected "
                                + tasks);
            }
            for (int j = 0; j < tasks; j++) {
                if (!Double.isFinite(gramian[i][j])) {
                    throw new IllegalArgumentException(
                            "gramian["
                                    + i
                                    + "]["
                                    + j
                                    + "] = "
                                    + gramian[i][j]
                                    + ": expected a finite number");
                }
            }
        }
        for (int i = 0; i < tasks; i++) {
            if (gramian[i][i] < 0) {
                throw new IllegalArgumentException(
                        "gramian["
                                + i
                                + "]["
                                + i
                                + "] = "
                                + gramian[i][i]
                                + ": a squared norm cannot be negative");
            }
            for (int j = 0; j < i; j++) {
                double size = Math.sqrt(gramian[i][i]) * Math.sqrt(gramian[j][j]);
                if (Math.abs(gramian[i][j] - gramian[j][i]) > SYMMETRY * size) {
                    throw new IllegalArgumentException(
                            "gramian is not symmetric: ["
                                    + i
                                    + "]["
                                    + j
                                    + "] = "
                                    + gramian[i][j]
                                    + " but ["
                                    + j
                                    + "]["
                                    + i
                                    + "] = "
                                    + gramian[j][i]);
                }
            }
        }
    }

    /** One value per task. */
    static void count(String name, int given, int tasks) {
        if (given != tasks) {
            throw new IllegalArgumentException(
                    name + " has " + given + " values, but there are " + tasks + " tasks");
        }
    }

    /** A setting that must be finite and above 0. */
    static double positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    name + " = " + value + ": expected a finite number above 0");
        }
        return value;
    }

    /** A setting that must be finite and not below 0. */
    static double notNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    name + " = " + value + ": expected a finite number of at least 0");
        }
        return value;
    }

    /** A whole number that must not be too small. */
    static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " = " + value + ": expected at least " + least);
        }
        return value;
    }

    /** A setting between 0 and 1, both allowed. */
    static double fraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    name + " = " + value + ": expected a number from 0 to 1");
        }
        return value;
    }

    /** A copy of one non-negative value per task, not all of them 0. */
    static double[] preference(String name, double[] values) {
        double sum = 0;
        for (int t = 0; t < values.length; t++) {
            sum += notNegative(name + "[" + t + "]", values[t]);
        }
        if (sum == 0) {
            throw new IllegalArgumentException(
                    name + " is empty or all 0: expected a positive value for at least one task");
        }
        return values.clone();
    }

    /** Numbers from a state: the right count. */
    static void state(Object method, double[] state, boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "state has "
                            + state.length
                            + " numbers, which does not fit "
                            + method.getClass().getSimpleName()
                            + " with these settings");
        }
    }
}
