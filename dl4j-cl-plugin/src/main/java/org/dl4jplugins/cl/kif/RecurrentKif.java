package org.dl4jplugins.cl.kif;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.fusion.MaskRule;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.importance.WeightTime;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Recurrent-KIF (ACL 2025, section 3). The first task is plain training. Then each cycle takes Q
 * steps on the new task (inner loop) and M steps on examples from memory (outer loop, own updater),
 * measures importances in both, and fuses both updates of the selected parameters. Other trained
 * parameters keep both updates. A cycle that the end of a task interrupts is ended as it is.
 *
 * <p>With n selected parameters it holds 3 n numbers for the parameters of a cycle, n or 2 n for
 * each of two importances, n for each if weights count after the step, and the outer updater's
 * state (2 n for Adam): 7 n with the defaults. All are made before the first step. Cycles allocate
 * nothing of that size with {@link MaskFusion} and {@link org.dl4jplugins.cl.fusion.SoftFusion} in
 * single precision; what else a fusion needs it says itself.
 */
public final class RecurrentKif implements ContinualMethod {

    private final KifSettings settings;
    private KifCycle cycle;
    private int outerBatch;

    private RecurrentKif(KifSettings settings) {
        this.settings = settings;
    }

    @Override
    public String describe() {
        return "Recurrent-KIF " + settings;
    }

    @Override
    public void validate(Learner learner) {
        if (learner.memory() == null) {
            throw new IllegalArgumentException("Recurrent-KIF needs a memory");
        }
        cycle = new KifCycle(settings, learner.graph());
    }

    @Override
    public void beforeTask(Learner learner) {
        cycle.startTask();
        if (learner.task() > 0 && learner.memory().isEmpty()) {
            throw new IllegalStateException(
                    "The memory is empty at task '"
                            + learner.stream().task(learner.task()).name()
                            + "': nothing of old tasks can be kept");
        }
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        if (learner.task() == 0) {
            learner.fit(batch);
            return;
        }
        outerBatch = settings.outerBatch() > 0 ? settings.outerBatch() : Rows.count(batch);
        cycle.step(learner, batch, outerBatch);
    }

    @Override
    public int cost(Learner learner) {
        return learner.task() == 0 ? 1 : 1 + settings.outerSteps();
    }

    @Override
    public boolean atRest() {
        return !cycle.open();
    }

    @Override
    public void finish(Learner learner) {
        if (cycle.open()) {
            cycle.end(learner, outerBatch);
        }
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        out.writeInt(outerBatch);
        cycle.write(out);
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        outerBatch = in.readInt();
        cycle.read(in);
    }

    /** Collects settings; the defaults are the paper's. */
    public static final class Builder {
        private int innerSteps = 8;
        private int outerSteps = 4;
        private int outerBatch;
        private Smoothing innerSmoothing = Smoothing.paper();
        private Smoothing outerSmoothing = Smoothing.paper();
        private WeightTime weightTime = WeightTime.BEFORE_STEP;
        private boolean keepInner;
        private boolean keepOuter = true;
        private boolean measureOnce;
        private IUpdater outerUpdater = new Adam(1e-3);
        private Fusion fusion = new MaskFusion.Builder().build();
        private String parameters;

        /**
         * The published code's choices where they differ from the paper: smoothing 0.85 with
         * uncertainty, weights after the step, its mask rule, and one updater for both loops.
         */
        public Builder publishedCode() {
            innerSmoothing = Smoothing.publishedCode();
            outerSmoothing = Smoothing.publishedCode();
            weightTime = WeightTime.AFTER_STEP;
            outerUpdater = null;
            fusion = new MaskFusion.Builder().rule(MaskRule.publishedCode()).build();
            return this;
        }

        /**
         * @param steps Q, on the new task per cycle, at least 1; 8 by default
         */
        public Builder innerSteps(int steps) {
            this.innerSteps = steps;
            return this;
        }

        /**
         * @param steps M, on memory per cycle, at least 1; 4 by default
         */
        public Builder outerSteps(int steps) {
            this.outerSteps = steps;
            return this;
        }

        /**
         * @param examples from memory per outer step; 0, the default, for as many as the last batch
         *     of the new task had
         */
        public Builder outerBatch(int examples) {
            this.outerBatch = examples;
            return this;
        }

        /**
         * @param smoothing of importances for the new task; the paper's by default
         */
        public Builder innerSmoothing(Smoothing smoothing) {
            this.innerSmoothing = smoothing;
            return this;
        }

        /**
         * @param smoothing of importances for the memory; the paper's by default
         */
        public Builder outerSmoothing(Smoothing smoothing) {
            this.outerSmoothing = smoothing;
            return this;
        }

        /**
         * @param time which weight counts; that before the step by default
         */
        public Builder weightTime(WeightTime time) {
            this.weightTime = time;
            return this;
        }

        /**
         * @param inner whether importances for the new task outlive a cycle, false by default
         * @param outer whether those for the memory do, true by default
         */
        public Builder keepScores(boolean inner, boolean outer) {
            this.keepInner = inner;
            this.keepOuter = outer;
            return this;
        }

        /**
         * @param once whether importances are measured in the first cycle of each task only and
         *     then stay, false by default; an ablation of the paper, its static importance
         */
        public Builder measureOnce(boolean once) {
            this.measureOnce = once;
            return this;
        }

        /**
         * @param updater of the outer loop, with its learning rate; Adam with 0.001 by default;
         *     null for the graph's own, with shared state, as in the published code
         */
        public Builder outerUpdater(IUpdater updater) {
            this.outerUpdater = updater;
            return this;
        }

        /**
         * @param fusion of both updates; masks from the 0.8 quantile and the paper's rule by
         *     default
         */
        public Builder fusion(Fusion fusion) {
            this.fusion = fusion;
            return this;
        }

        /**
         * @param regex of the names of the parameters that are fused, such as {@code
         *     ".*\\.lora[AB]\\..*"}; by default all that are trained
         */
        public Builder parameters(String regex) {
            this.parameters = regex;
            return this;
        }

        /**
         * @throws IllegalArgumentException if a number of steps is below 1 or the outer batch
         *     negative
         */
        public RecurrentKif build() {
            require("innerSteps (Q)", innerSteps, 1);
            require("outerSteps (M)", outerSteps, 1);
            require("outerBatch", outerBatch, 0);
            return new RecurrentKif(
                    new KifSettings(
                            innerSteps,
                            outerSteps,
                            outerBatch,
                            innerSmoothing,
                            outerSmoothing,
                            weightTime,
                            keepInner,
                            keepOuter,
                            measureOnce,
                            outerUpdater,
                            fusion,
                            parameters));
        }

        private static void require(String name, int value, int least) {
            if (value < least) {
                throw new IllegalArgumentException(
                        name + " must be at least " + least + ", got " + value);
            }
        }
    }
}
