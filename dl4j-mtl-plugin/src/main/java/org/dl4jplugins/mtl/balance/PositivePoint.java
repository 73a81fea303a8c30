package org.dl4jplugins.mtl.balance;

/**
 * The positive solution x of A x = x^(-p) (elementwise power) for a Gramian A: the minimum of the
 * strictly convex x'Ax/2 - sum of the integrals of x^(-p), found by Newton's method with line
 * search in units of x.
 *
 * <p>Each gradient is measured in its own length, so lengths may differ by any factor. A ridge of
 * 1e-10 on the cosines gives a finite answer at Pareto-stationary points, where the equation itself
 * has none.
 */
final class PositivePoint {

    private static final double RIDGE = 1e-10;
    private static final int STEPS = 500;

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
            cosines[i][i] = 1 + RIDGE;
            logRight[i] = (power - 1) * Math.log(norms[moving[i]]);
            largest = Math.max(largest, logRight[i]);
        }
        double[] right = new double[n];
        for (int i = 0; i < n; i++) {
            right[i] = Math.exp(logRight[i] - largest);
        }
        double unit = Math.exp(largest / (1 + power));
        double[] y = new PositivePoint(cosines, right, power).newton();
        for (int i = 0; i < n; i++) {
            x[moving[i]] = y[i] * unit / norms[moving[i]];
        }
        return x;
    }

    private double[] newton() {
        double[] y = start();
        double lastSize = Double.POSITIVE_INFINITY;
        for (int k = 0; k < STEPS; k++) {
            double[] step = relativeStep(y);
            if (step == null) {
                return y;
            }
            double size = 0;
            double descent = 0;
            for (double s : step) {
                size = Math.max(size, Math.abs(s));
                descent = Math.max(descent, -s);
            }
            if (size < 1e-3) {
                if (size >= lastSize) {
                    return y;
                }
                y = moved(y, step, 1);
                lastSize = size;
                if (size < 1e-15) {
                    return y;
                }
                continue;
            }
            double length = descent > 0.9 ? 0.9 / descent : 1;
            double value = objective(y);
            double slope = Small.dot(relativeGradient(y), step);
            double[] next = moved(y, step, length);
            for (int halving = 0; halving < 60; halving++) {
                if (objective(next) <= value + 1e-4 * length * slope) {
                    break;
                }
                length /= 2;
                next = moved(y, step, length);
            }
            y = next;
        }
        return y;
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

    private static double[] moved(double[] y, double[] step, double length) {
        double[] next = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            next[i] = y[i] * (1 + length * step[i]);
        }
        return next;
    }

    /** y_i times the derivative by y_i. */
    private double[] relativeGradient(double[] y) {
        double[] gradient = Small.times(cosines, y);
        for (int i = 0; i < y.length; i++) {
            gradient[i] = y[i] * gradient[i] - right[i] * Math.pow(y[i], 1 - power);
        }
        return gradient;
    }

    private double[] relativeStep(double[] y) {
        double[][] hessian = Small.rescaled(cosines, y);
        for (int i = 0; i < y.length; i++) {
            hessian[i][i] += power * right[i] * Math.pow(y[i], 1 - power);
        }
        return Small.solve(hessian, Small.scaled(relativeGradient(y), -1));
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
