package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.stream.DoubleStream;
import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.fusion.MaskRule;
import org.dl4jplugins.cl.fusion.TensorFusion;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.Sensitivity;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One fusion at a task's end, after the description of TaSL (Feng et al., ACL 2024). While a task
 * is learned, the importance of each skill unit is measured: the mean of its elements' smoothed
 * sensitivity times its uncertainty. Then old and new parameters are fused, unit by unit: a unit
 * that matters to both becomes {@code gamma old + (1 - gamma) new}, one that matters to one side
 * only is taken from that side, any other becomes the mean of both. The importance for all old
 * tasks is {@code beta norm(old) + (1 - beta) norm(task)}, with norm from the least to the largest
 * unit's score in [0, 1]. No memory is used.
 *
 * <p>A unit is a parameter array, such as A or B of LoRA on one matrix, or a single element. The
 * first task is not fused, but measured. Trained parameters that are not selected keep their
 * update. The defaults could not be checked against the paper. It holds four arrays of the selected
 * parameters (three without uncertainty), and three more during a fusion.
 */
public final class Tasl implements ContinualMethod {

    /** What is kept or given up together. */
    public enum Unit {
        /** A parameter array. */
        TENSOR,
        /** A single parameter. */
        ELEMENT
    }

    private final Builder settings;
    private BeforeTask before;
    private Importance task;
    private Importance old;

    private Tasl(Builder settings) {
        this.settings = settings;
    }

    @Override
    public String describe() {
        return "TaSL " + settings;
    }

    @Override
    public void validate(Learner learner) {
        before = new BeforeTask(learner.graph(), settings.parameters);
        task =
                new Importance(
                        before.selection(),
                        settings.smoothing,
                        learner.graph().params().dataType());
        old = before.importance();
    }

    @Override
    public void beforeTask(Learner learner) {
        before.remember();
        task.reset();
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        Gradients.with(
                learner.graph(),
                graph ->
                        task.update(
                                graph.params(),
                                graph.getFlattenedGradients(),
                                1 / Gradients.divisor(graph)),
                () -> learner.fit(batch));
    }

    @Override
    public void afterTask(Learner learner) {
        if (learner.task() > 0) {
            before.fuse(settings.fusion(), before.now(), task, old);
        }
        Importance latest = before.importance();
        latest.restore(task.scores(), null, 1);
        normalize(latest);
        if (learner.task() == 0) {
            old.restore(latest.mean(), null, 1);
        } else {
            normalize(old);
            old.mean().muli(settings.beta).addi(latest.mean().muli(1 - settings.beta));
        }
    }

    /** Maps the units' scores to [0, 1]. */
    private void normalize(Importance importance) {
        INDArray scores = importance.mean();
        double least = scores.minNumber().doubleValue();
        double largest = scores.maxNumber().doubleValue();
        if (settings.unit == Unit.TENSOR) {
            double[] means = TensorFusion.means(importance);
            least = DoubleStream.of(means).min().orElseThrow();
            largest = DoubleStream.of(means).max().orElseThrow();
        }
        scores.subi(least).divi(largest > least ? largest - least : 1);
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        before.write(out);
        Nd4j.write(old.mean(), out);
        out.writeLong(task.updates());
        Nd4j.write(task.mean(), out);
        if (task.deviation() != null) {
            Nd4j.write(task.deviation(), out);
        }
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        before.read(in);
        old.restore(Nd4j.read(in), null, 1);
        long updates = in.readLong();
        INDArray mean = Nd4j.read(in);
        task.restore(mean, task.deviation() == null ? null : Nd4j.read(in), updates);
    }

    /** Collects settings: parameter arrays as units, a fifth of which matters to each side. */
    public static final class Builder {
        private Unit unit = Unit.TENSOR;
        private double share = 0.2;
        private double beta = 0.7;
        private double gamma = 0.7;
        private Smoothing smoothing = new Smoothing(Sensitivity.FIRST_ORDER, 0.85, 0.85, true);
        private String parameters;

        /**
         * @param unit what is kept or given up together, parameter arrays by default
         */
        public Builder unit(Unit unit) {
            this.unit = unit;
            return this;
        }

        /**
         * @param share of the units that matter to a side, in (0, 1]; 0.2 by default
         */
        public Builder share(double share) {
            this.share = share;
            return this;
        }

        /**
         * @param beta weight of older tasks in the importance for all old ones, in [0, 1]; 0.7 by
         *     default
         */
        public Builder beta(double beta) {
            this.beta = beta;
            return this;
        }

        /**
         * @param gamma weight of the old parameters where both sides need a unit, in [0, 1]; 0.7 by
         *     default
         */
        public Builder gamma(double gamma) {
            this.gamma = gamma;
            return this;
        }

        /**
         * @param smoothing of sensitivities over steps; 0.85 for both, with uncertainty, by default
         */
        public Builder smoothing(Smoothing smoothing) {
            this.smoothing = smoothing;
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
         * @throws IllegalArgumentException if a setting is out of range or null
         */
        public Tasl build() {
            require("unit", unit != null, unit, "TENSOR or ELEMENT");
            require("smoothing", smoothing != null, smoothing, "set");
            require("share", share > 0 && share <= 1, share, "in (0, 1]");
            require("beta", beta >= 0 && beta <= 1, beta, "in [0, 1]");
            require("gamma", gamma >= 0 && gamma <= 1, gamma, "in [0, 1]");
            Builder copy = new Builder().unit(unit).share(share).beta(beta).gamma(gamma);
            return new Tasl(copy.smoothing(smoothing).parameters(parameters));
        }

        private static void require(String name, boolean right, Object value, String expected) {
            if (!right) {
                throw new IllegalArgumentException(
                        name + " must be " + expected + ", got " + value);
            }
        }

        private Fusion fusion() {
            MaskRule rule = new MaskRule(1 - gamma, 0, 0.5, 0);
            double quantile = 1 - share;
            return unit == Unit.TENSOR
                    ? new TensorFusion(quantile, rule)
                    : new MaskFusion.Builder().quantile(quantile).rule(rule).build();
        }

        @Override
        public String toString() {
            return String.format(
                    "unit %s share %s beta %s gamma %s %s%s",
                    unit,
                    share,
                    beta,
                    gamma,
                    smoothing,
                    parameters == null ? "" : " " + parameters);
        }
    }
}
