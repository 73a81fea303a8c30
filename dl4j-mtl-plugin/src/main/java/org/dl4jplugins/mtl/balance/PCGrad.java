package org.dl4jplugins.mtl.balance;

import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * PCGrad: each task gradient loses its component against every other task gradient that it
 * conflicts with, one after the other in random order; the results are combined. T. Yu et al.,
 * "Gradient Surgery for Multi-Task Learning" (NeurIPS 2020), algorithm 1.
 *
 * <p>Done on the Gramian: the projected gradients are linear combinations of the gradients.
 */
public final class PCGrad implements Weighting {

    /** The published forms, which differ once there are three tasks. */
    public enum Variant {
        /** Algorithm 1: the other tasks in random order; sum. */
        PAPER,
        /** LibMTL: the order includes the task itself; squared length + 1e-8; sum. */
        LIBMTL,
        /** The CAGrad authors and Recon: the other tasks; length + 1e-8; MEAN over the tasks. */
        CAGRAD_AUTHORS
    }

    private static final double PUBLISHED_EPSILON = 1e-8;

    private final Variant variant;
    private final IntFunction<int[]> fixedOrder;
    private final Draws draws;

    /**
     * The paper's algorithm.
     *
     * @param seed of the random orders
     */
    public PCGrad(long seed) {
        this(Variant.PAPER, seed);
    }

    /**
     * One of the published forms.
     *
     * @param variant which one
     * @param seed of the random orders
     */
    public PCGrad(Variant variant, long seed) {
        this.variant = Objects.requireNonNull(variant, "variant");
        this.fixedOrder = null;
        this.draws = new Draws(seed);
    }

    /**
     * With orders from outside.
     *
     * @param variant which form
     * @param order for a task the tasks to project against, in this order
     */
    public PCGrad(Variant variant, IntFunction<int[]> order) {
        this.variant = Objects.requireNonNull(variant, "variant");
        this.fixedOrder = Objects.requireNonNull(order, "order");
        this.draws = new Draws(0);
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        int tasks = losses.length;
        Random random = draws.next();
        double[] weights = new double[tasks];
        for (int task = 0; task < tasks; task++) {
            int[] order =
                    fixedOrder != null ? fixedOrder.apply(task) : Draws.permutation(random, tasks);
            double[] projected = new double[tasks];
            projected[task] = 1;
            for (int other : order) {
                if (other != task || variant == Variant.LIBMTL) {
                    project(gramian, projected, other);
                }
            }
            for (int t = 0; t < tasks; t++) {
                weights[t] += projected[t];
            }
        }
        return variant == Variant.CAGRAD_AUTHORS ? Small.scaled(weights, 1.0 / tasks) : weights;
    }

    private void project(double[][] gramian, double[] projected, int other) {
        double inner = Small.dot(gramian[other], projected);
        if (inner >= 0) {
            return;
        }
        double square = gramian[other][other];
        double length = Math.sqrt(square) + PUBLISHED_EPSILON;
        double divisor =
                switch (variant) {
                    case PAPER -> square;
                    case LIBMTL -> square + PUBLISHED_EPSILON;
                    case CAGRAD_AUTHORS -> length * length;
                };
        if (divisor > 0) {
            projected[other] -= inner / divisor;
        }
    }

    @Override
    public void reset() {
        draws.reset();
    }

    @Override
    public double[] state() {
        return draws.state();
    }

    @Override
    public void restore(double[] state) {
        draws.restore(this, state);
    }
}
