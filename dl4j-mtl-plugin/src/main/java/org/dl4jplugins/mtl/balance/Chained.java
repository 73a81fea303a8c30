package org.dl4jplugins.mtl.balance;

import java.util.List;
import java.util.Objects;

/**
 * Loss weights first, gradient weights on the weighted losses second. {@code new Chained(new
 * ScaleInvariant(), new CAGrad(0.4))} is log-CAGrad, {@code new Chained(new IMTLL(), new IMTLG())}
 * is IMTL, {@code new Chained(new ConstantWeights(1, 3), method)} gives a preference to any method.
 *
 * @param inner weights of the losses
 * @param outer sees the gradients and losses of the weighted losses
 */
public record Chained(LossWeighting inner, Weighting outer) implements Weighting {

    /**
     * Checks the arguments.
     *
     * @param inner weights of the losses
     * @param outer sees the gradients and losses of the weighted losses
     */
    public Chained {
        Objects.requireNonNull(inner, "inner");
        Objects.requireNonNull(outer, "outer");
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        double[] scale = inner.weights(losses);
        double[] weighted = new double[losses.length];
        for (int t = 0; t < losses.length; t++) {
            weighted[t] = scale[t] * losses[t];
        }
        double[] weights = outer.weights(Small.rescaled(gramian, scale), weighted);
        for (int t = 0; t < weights.length; t++) {
            weights[t] *= scale[t];
        }
        return weights;
    }

    @Override
    public boolean remembersTasks() {
        return inner.remembersTasks() || outer.remembersTasks();
    }

    @Override
    public void reset() {
        inner.reset();
        outer.reset();
    }

    @Override
    public void epochEnded() {
        inner.epochEnded();
        outer.epochEnded();
    }

    @Override
    public double[] state() {
        return States.join(inner.state(), outer.state());
    }

    @Override
    public void restore(double[] state) {
        List<double[]> parts = States.split(this, state, 2);
        inner.restore(parts.get(0));
        outer.restore(parts.get(1));
    }
}
