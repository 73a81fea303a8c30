package org.dl4jplugins.multimodal.diffusion;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Singlestep DPM-Solver (Lu et al. 2022, algorithms 1 and 2) and DPM-Solver++ (Lu et al. 2022b,
 * algorithm 1), of orders 1 to 3: an update of order k calls the model k times.
 *
 * <p>In fast mode, DPM-Solver-fast, an update spans as many intervals of the grid as its order and
 * calls the model at the grid's own times; the last updates are of lower order, so that the calls
 * are exactly the steps. Otherwise all updates are of the same order, span one interval each, and
 * call the model at fixed fractions of its lambda.
 */
public final class DpmSolver implements Solver {

    private static final double[][] FRACTIONS = {{}, {0.5}, {1.0 / 3, 2.0 / 3}};

    private final int order;
    private final boolean fast;
    private final boolean plusPlus;

    private DpmSolver(Builder builder) {
        order = builder.order;
        fast = builder.fast;
        plusPlus = builder.plusPlus;
    }

    @Override
    public int[] spans(int steps) {
        int least = fast ? 1 : order;
        Require.that(steps >= least, "steps", steps, least + " or more");
        if (!fast) {
            int[] spans = new int[steps / order];
            Arrays.fill(spans, 1);
            return spans;
        }
        int[] spans = new int[(steps + order - 1) / order + (steps % 3 == 0 && order == 3 ? 1 : 0)];
        Arrays.fill(spans, order);
        int last = spans.length - 1;
        if (order == 3 && steps % 3 == 0) {
            spans[last - 1] = 2;
            spans[last] = 1;
        } else if (steps % order > 0) {
            spans[last] = steps % order;
        }
        return spans;
    }

    @Override
    public int calls(int steps) {
        return fast ? Arrays.stream(spans(steps)).sum() : spans(steps).length * order;
    }

    @Override
    public Run begin(DiffusionModel model, int steps, NoiseSource random) {
        Predictions predictions = new Predictions(model, plusPlus);
        return (x, times) -> update(predictions, x, fast ? times : stages(predictions, times));
    }

    private double[] stages(Predictions model, double[] ends) {
        double from = model.logSnr(ends[0]);
        double h = model.logSnr(ends[1]) - from;
        double[] times = new double[order + 1];
        times[0] = ends[0];
        times[order] = ends[1];
        for (int i = 1; i < order; i++) {
            times[i] = model.time(from + FRACTIONS[order - 1][i - 1] * h);
        }
        return times;
    }

    private static INDArray update(Predictions model, INDArray x, double[] times) {
        int stages = times.length - 1;
        double s = times[0];
        double from = model.logSnr(s);
        double h = model.logSnr(times[stages]) - from;
        INDArray start = model.at(x, s);
        INDArray change = null;
        double reached = 0;
        for (int stage = 1; stage < stages; stage++) {
            double r = (model.logSnr(times[stage]) - from) / h;
            INDArray inner = advance(model.step(s, times[stage]), x, start, change, r / reached);
            change = model.at(inner, times[stage]).subi(start);
            reached = r;
        }
        Exponential step = model.step(s, times[stages]);
        if (stages == 2) {
            double slope = 0.5 / reached * step.first();
            return x.mul(step.carry()).addi(start.mul(step.first())).addi(change.muli(slope));
        }
        return advance(step, x, start, change, 1 / reached);
    }

    /** To a later stage, with the slope that the last stage's change shows. */
    private static INDArray advance(
            Exponential step, INDArray x, INDArray start, INDArray change, double scale) {
        INDArray next = x.mul(step.carry()).addi(start.mul(step.first()));
        return change == null ? next : next.addi(change.muli(scale * step.second()));
    }

    @Override
    public String toString() {
        return (plusPlus ? "DPM-Solver++" : "DPM-Solver")
                + (fast ? " fast, order " : " singlestep, order ")
                + order;
    }

    /**
     * DPM-Solver++ fast of order 3, as UniDiffuser and BiDiffuser use it, unless told otherwise.
     */
    public static final class Builder {
        private int order = 3;
        private boolean fast = true;
        private boolean plusPlus = true;

        /** Starts with the defaults. */
        public Builder() {}

        /**
         * Sets the order of convergence.
         *
         * @param order 1 to 3, 3 by default
         * @return this builder
         */
        public Builder order(int order) {
            this.order = order;
            return this;
        }

        /**
         * Chooses fast mode.
         *
         * @param fast whether updates span several intervals and end with lower orders, true by
         *     default
         * @return this builder
         */
        public Builder fast(boolean fast) {
            this.fast = fast;
            return this;
        }

        /**
         * Chooses what the solver works with.
         *
         * @param plusPlus whether with predicted data, DPM-Solver++, the default, which bears
         *     strong guidance; otherwise with predicted noise, DPM-Solver
         * @return this builder
         */
        public Builder plusPlus(boolean plusPlus) {
            this.plusPlus = plusPlus;
            return this;
        }

        /**
         * Makes the solver.
         *
         * @return a solver
         * @throws IllegalArgumentException if the order is not 1, 2 or 3
         */
        public DpmSolver build() {
            Require.that(order >= 1 && order <= 3, "order", order, "1, 2 or 3");
            return new DpmSolver(this);
        }
    }
}
