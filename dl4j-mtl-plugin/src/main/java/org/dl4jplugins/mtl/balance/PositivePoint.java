package org.dl4jplugins.mtl.balance;

/**
 * The positive solution x of A x = x^(-p) (elementwise power) for a Gramian A: the minimum of the
 * strictly convex x'Ax/2 - sum of the integrals of x^(-p), found by Newton's method with line
 * search in units of x.
 *
 * <p>Each gradient is measured in its own length, so lengths may differ by any factor. A ridge of
 * 1e-10 on the cosines gives a finite answer at Pareto-stationary points, where the equation itself
 * has none; elsewhere the ridge is removed again.
 */
final class PositivePoint {

    private static final double RIDGE = 1e-10;
    private static final int STEPS = 500;
    private static final int POLISHING = 100;
    private static final double NEAR = 0.01;
    private static final double SETTLED = 1e-9;

    private final double[][] cosines;
    private final double[] right;
    private final double power;

    private PositivePoint(double[][] cosines, double[] right, double power) {
        this.cosines = cosines;
        this.right = right;
        this.power = power;
    }

    /**
     * Solves the equation.
     *
     * @param gramian [task, task]
     * @param power p, above 0
     * @return [task], positive; 0 for tasks without gradient
     */
    static double[] solve(double[][] gramian, double power) {
        double[] norms = Small.norms(gramian);
        int[] moving =
                java.util.stream.IntStream.range(0, norms.length)
                        .filter(i -> norms[i] > 0)
                        .toArray();
        int n = moving.length;
        double[] x = new double[norms.length];
        if (n == 0) {
            return x;
        }
        double[][] cosines = new double[n][n];
        double[] logRight = new double[n];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                cosines[i][j] = gramian[moving[i]][moving[j]] / norms[moving[i]] / norms[moving[j]];
            }
            cosines[i][i] = 1;
            logRight[i] = (power - 1) * Math.log(norms[moving[i]]);
            largest = Math.max(largest, logRight[i]);
        }
        double[] right = new double[n];
        for (int i = 0; i < n; i++) {
            right[i] = Math.exp(logRight[i] - largest);
        }
        double unit = Math.exp(largest / (1 + power));
        double[] y = solution(cosines, right, power);
        for (int i = 0; i < n; i++) {
            x[moving[i]] = y[i] * unit / norms[moving[i]];
        }
        return x;
    }

    /** With the ridge first; then without it, if that is a small step to an exact solution. */
    private static double[] solution(double[][] cosines, double[] right, double power) {
        double[][] ridged = new double[right.length][];
        for (int i = 0; i < right.length; i++) {
            ridged[i] = cosines[i].clone();
            ridged[i][i] += RIDGE;
        }
        PositivePoint regular = new PositivePoint(ridged, right, power);
        double[] y = regular.start();
        regular.newton(y, STEPS);
        double[] polished = y.clone();
        boolean exact = new PositivePoint(cosines, right, power).newton(polished, POLISHING);
        for (int i = 0; i < y.length; i++) {
            exact &= Math.abs(polished[i] - y[i]) <= NEAR * y[i];
        }
        return exact ? polished : y;
    }

    /** Newton's method in place; answers whether the steps have become negligible. */
    private boolean newton(double[] y, int steps) {
        double lastSize = Double.POSITIVE_INFINITY;
        for (int k = 0; k < steps; k++) {
            double[] step = relativeStep(y);
            if (step == null) {
                return false;
            }
            double size = 0;
            for (double s : step) {
                size = Math.max(size, Math.abs(s));
            }
            if (size < 1e-3) {
                if (size >= lastSize || size < 1e-15) {
                    return lastSize < SETTLED || size < SETTLED;
                }
                move(y, step, 1);
                lastSize = size;
            } else {
                move(y, step, descentLength(y, step));
            }
        }
        return lastSize < SETTLED;
    }

    /** A step length that lowers the objective enough, as far as rounding lets one see it. */
    private double descentLength(double[] y, double[] step) {
        double value = objective(y);
        double slope = Small.dot(relativeGradient(y), step);
        double rounding = 1e-13 * (Math.abs(value) + Small.square(cosines, y) + Small.sum(right));
        double length = 1;
        for (int halving = 0; halving < 60; halving++) {
            double[] next = y.clone();
            move(next, step, length);
            if (objective(next) <= value + 1e-4 * length * slope + rounding) {
                break;
            }
            length /= 2;
        }
        return length;
    }

    /** The solution for orthogonal gradients, scaled by the best common factor. */
    private double[] start() {
        int n = right.length;
        double[] y = new double[n];
        double gain = 0;
        for (int i = 0; i < n; i++) {
            y[i] = Math.pow(right[i], 1 / (1 + power));
            gain += right[i] * Math.pow(y[i], 1 - power);
        }
        double cost = Math.max(Small.square(cosines, y), RIDGE * Small.dot(y, y));
        return Small.scaled(y, Math.pow(gain / cost, 1 / (1 + power)));
    }

    /** A step in units of y; no component shrinks to less than a tenth. */
    private static void move(double[] y, double[] step, double length) {
        for (int i = 0; i < y.length; i++) {
            y[i] *= Math.max(0.1, 1 + length * step[i]);
        }
    }

    /** y_i times the derivative by y_i. */
    private double[] relativeGradient(double[] y) {
        double[] gradient = Small.times(cosines, y);
        for (int i = 0; i < y.length; i++) {
            gradient[i] = y[i] * gradient[i] - right[i] * Math.pow(y[i], 1 - power);
        }
        return gradient;
    }

    /** Newton's step in units of y, or null; the system is scaled to a diagonal of ones. */
    private double[] relativeStep(double[] y) {
        int n = y.length;
        double[][] hessian = Small.rescaled(cosines, y);
        double[] scale = new double[n];
        for (int i = 0; i < n; i++) {
            hessian[i][i] += power * right[i] * Math.pow(y[i], 1 - power);
            scale[i] = 1 / Math.sqrt(hessian[i][i]);
        }
        double[] downhill = relativeGradient(y);
        for (int i = 0; i < n; i++) {
            downhill[i] *= -scale[i];
        }
        double[] step = Small.solve(Small.rescaled(hessian, scale), downhill);
        for (int i = 0; step != null && i < n; i++) {
            step[i] *= scale[i];
        }
        return step;
    }

    private double objective(double[] y) {
        double value = 0.5 * Small.square(cosines, y);
        for (int i = 0; i < y.length; i++) {
            value -=
                    power == 1
                            ? right[i] * Math.log(y[i])
                            : right[i] * Math.pow(y[i], 1 - power) / (1 - power);
        }
        return value;
    }
}
