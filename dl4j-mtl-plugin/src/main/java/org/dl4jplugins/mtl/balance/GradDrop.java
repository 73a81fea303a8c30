package org.dl4jplugins.mtl.balance;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Gradient Sign Dropout: every parameter picks one sign at random, positive with probability (1 +
 * sum g / sum |g|) / 2, and keeps the task gradients of that sign only. Z. Chen et al., "Just Pick
 * a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout" (NeurIPS 2020), algorithm 1,
 * applied to parameter gradients as its followers do.
 */
public final class GradDrop implements Aggregator {

    private final boolean mean;
    private final double[] leak;
    private final UnaryOperator<INDArray> purity;
    private final Draws draws;
    private final INDArray uniforms;

    private GradDrop(Builder builder, INDArray uniforms) {
        this.mean = builder.mean;
        this.leak = builder.leak;
        this.purity = builder.purity;
        this.draws = new Draws(builder.seed);
        this.uniforms = uniforms;
    }

    @Override
    public INDArray aggregate(INDArray gradients, double[] losses) {
        if (gradients.rank() != 2) {
            throw new IllegalArgumentException(
                    "gradients must have shape [task, parameter], got rank " + gradients.rank());
        }
        int tasks = (int) gradients.size(0);
        if (leak.length > 0) {
            Check.count("leak", leak.length, tasks);
        }
        INDArray absolute = Transforms.abs(gradients, true).sum(0);
        INDArray sum = gradients.sum(0);
        if (!Double.isFinite(absolute.sumNumber().doubleValue())) {
            throw new IllegalArgumentException("gradients has values that are not finite");
        }
        INDArray silent = absolute.eq(0).castTo(gradients.dataType());
        INDArray positive = sum.divi(absolute.addi(silent)).addi(1).muli(0.5);
        INDArray draw = uniforms != null ? uniforms : uniforms(gradients);
        INDArray threshold = draw.sub(purity.apply(positive));
        INDArray result = Nd4j.zeros(gradients.dataType(), gradients.size(1));
        for (int t = 0; t < tasks; t++) {
            INDArray gradient = gradients.getRow(t);
            INDArray dropped = gradient.mul(threshold).gte(0).castTo(gradients.dataType());
            INDArray kept = dropped.rsubi(1);
            if (leak.length > 0) {
                kept.muli(1 - leak[t]).addi(leak[t]);
            }
            result.addi(kept.muli(gradient));
        }
        return mean ? result.divi(tasks) : result;
    }

    private INDArray uniforms(INDArray gradients) {
        Random random = Nd4j.getRandomFactory().getNewRandomInstance(draws.nextSeed());
        return Nd4j.rand(random, gradients.size(1)).castTo(gradients.dataType());
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

    @Override
    public boolean remembersTasks() {
        return leak.length > 0;
    }

    /** Settings; the defaults are the paper's. */
    public static final class Builder {

        private boolean mean;
        private long seed;
        private double[] leak = new double[0];
        private UnaryOperator<INDArray> purity = p -> p;

        /**
         * Mean over the tasks, as in the code of Recon, instead of their sum.
         *
         * @param mean true for the mean; default false
         * @return this
         */
        public Builder mean(boolean mean) {
            this.mean = mean;
            return this;
        }

        /**
         * Seed of the random signs.
         *
         * @param seed default 0
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * How much of each task's gradient always passes.
         *
         * @param leak one per task, from 0 (default) to 1
         * @return this
         */
        public Builder leak(double... leak) {
            this.leak = leak.clone();
            return this;
        }

        /**
         * Monotone function from the share of the positive sign to the probability of picking it.
         *
         * @param purity maps [parameter] in 0..1 to [parameter] in 0..1; default identity
         * @return this
         */
        public Builder purity(UnaryOperator<INDArray> purity) {
            this.purity = purity;
            return this;
        }

        /**
         * Checks the settings.
         *
         * @return the aggregator
         * @throws IllegalArgumentException if a leak is not from 0 to 1 or purity is null
         */
        public GradDrop build() {
            return build(null);
        }

        GradDrop build(INDArray uniforms) {
            for (int t = 0; t < leak.length; t++) {
                Check.fraction("leak[" + t + "]", leak[t]);
            }
            if (purity == null) {
                throw new IllegalArgumentException("purity = null: expected a function");
            }
            return new GradDrop(this, uniforms);
        }
    }
}
