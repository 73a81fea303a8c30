package org.dl4jplugins.multimodal.diffusion;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multistep DPM-Solver++ (Lu et al. 2022b, algorithm 2) and DPM-Solver, of orders 1 to 3: one call
 * for each step, with the slopes taken from earlier predictions. Order 2, "2M", is the usual choice
 * for guided sampling. The first updates are of lower order, for want of earlier predictions.
 */
public final class DpmSolverMultistep implements Solver {

    private final int order;
    private final boolean plusPlus;
    private final boolean lowerOrderFinal;

    private DpmSolverMultistep(Builder builder) {
        order = builder.order;
        plusPlus = builder.plusPlus;
        lowerOrderFinal = builder.lowerOrderFinal;
    }

    @Override
    public int[] spans(int steps) {
        return new Ddim().spans(steps);
    }

    @Override
    public int calls(int steps) {
        return spans(steps).length;
    }

    @Override
    public Run begin(DiffusionModel model, int steps, NoiseSource random) {
        return new History(new Predictions(model, plusPlus), steps);
    }

    /** An earlier prediction and its lambda. */
    private record Past(INDArray prediction, double logSnr) {}

    private final class History implements Run {
        private final Predictions model;
        private final Deque<Past> past = new ArrayDeque<>();
        private int left;

        History(Predictions model, int steps) {
            this.model = model;
            this.left = steps;
        }

        @Override
        public INDArray update(INDArray x, double... times) {
            double s = times[0];
            double t = times[times.length - 1];
            past.addFirst(new Past(model.at(x, s), model.logSnr(s)));
            int now = Math.min(order, past.size());
            if (lowerOrderFinal) {
                now = Math.min(now, left);
            }
            INDArray next = advance(x, model.step(s, t), model.logSnr(t), now);
            left--;
            if (past.size() == order) {
                past.removeLast();
            }
            return next;
        }

        private INDArray advance(INDArray x, Exponential step, double target, int now) {
            Iterator<Past> earlier = past.iterator();
            Past m0 = earlier.next();
            INDArray next = x.mul(step.carry()).addi(m0.prediction().mul(step.first()));
            if (now == 1) {
                return next;
            }
            double h = target - m0.logSnr();
            Past m1 = earlier.next();
            double r0 = (m0.logSnr() - m1.logSnr()) / h;
            INDArray slope = m0.prediction().sub(m1.prediction()).divi(r0);
            if (now == 2) {
                return next.addi(slope.muli(0.5 * step.first()));
            }
            Past m2 = earlier.next();
            double r1 = (m1.logSnr() - m2.logSnr()) / h;
            INDArray before = m1.prediction().sub(m2.prediction()).divi(r1);
            INDArray curvature = slope.sub(before).divi(r0 + r1);
            slope.addi(curvature.mul(r0));
            return next.addi(slope.muli(step.second())).addi(curvature.muli(step.third()));
        }
    }

    @Override
    public String toString() {
        return (plusPlus ? "DPM-Solver++" : "DPM-Solver") + " multistep, order " + order;
    }

    /** DPM-Solver++ 2M unless told otherwise. */
    public static final class Builder {
        private int order = 2;
        private boolean plusPlus = true;
        private boolean lowerOrderFinal = true;

        /** Starts with the defaults. */
        public Builder() {}

        /**
         * Sets the order of convergence.
         *
         * @param order 1 to 3, 2 by default
         * @return this builder
         */
        public Builder order(int order) {
            this.order = order;
            return this;
        }

        /**
         * Chooses what the solver works with.
         *
         * @param plusPlus whether with predicted data, DPM-Solver++, the default; otherwise with
         *     predicted noise, DPM-Solver
         * @return this builder
         */
        public Builder plusPlus(boolean plusPlus) {
            this.plusPlus = plusPlus;
            return this;
        }

        /**
         * Chooses how the last updates are done.
         *
         * @param lower whether their order falls to 1, true by default: the last intervals of
         *     lambda are long where times are equally spaced, too long to extrapolate over
         * @return this builder
         */
        public Builder lowerOrderFinal(boolean lower) {
            this.lowerOrderFinal = lower;
            return this;
        }

        /**
         * Makes the solver.
         *
         * @return a solver
         * @throws IllegalArgumentException if the order is not 1, 2 or 3
         */
        public DpmSolverMultistep build() {
            Require.that(order >= 1 && order <= 3, "order", order, "1, 2 or 3");
            return new DpmSolverMultistep(this);
        }
    }
}
