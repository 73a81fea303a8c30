package org.dl4jplugins.mtl.balance;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.LossWeightListener;
import org.dl4jplugins.mtl.gradient.OnNonFinite;

/**
 * Applies a {@link LossWeighting} at the cost of ordinary training: one forward and one backward
 * pass, however many tasks there are. Trains exactly as a {@link GradientBalancer} with the same
 * method does, which needs a backward pass per task but takes any method and any output layer.
 *
 * <p>Attach it with {@code graph.addListeners(balancer)} and train with plain {@code fit()}. The
 * losses are weighted for the time of DL4J's backward pass; afterwards the gradients of parameters
 * of one task only are divided by the weight again, so that they stay that task's plain gradient.
 * The score stays the sum of the plain losses. Listeners that look at task gradients in the same
 * step see those of the weighted losses; their cosines are the same.
 *
 * <p>Tasks without labels in a batch take no part, as with {@link GradientBalancer}. Weights must
 * not be negative. One balancer serves one training run of one graph; {@link #state()} and {@link
 * #restore} carry it over a restart.
 */
public final class LossBalancer extends LossWeightListener {

    /** Relative size that stands for a weight of 0: far below rounding, yet invertible. */
    private static final double ALMOST_NOTHING = 1e-20;

    private final WeightGroup group;
    private final int updateEvery;
    private final Preference preference;
    private final StepHistory history;
    private ComputationGraph graph;
    private long steps;

    private LossBalancer(Builder builder) {
        group = new WeightGroup(builder.weighting);
        updateEvery = builder.updateEvery;
        preference = new Preference("taskWeights", builder.taskWeights);
        history = new StepHistory(builder.historySize);
        setOnNonFinite(builder.onNonFinite);
    }

    /** {@inheritDoc} Those of the method, as configured. */
    @Override
    protected synchronized double[] weights(
            ComputationGraph model, double[] losses, boolean[] present) {
        int tasks = losses.length;
        double[] factors = preference.of(tasks, 1);
        graph = graph == null ? model : graph;
        if (graph != model) {
            throw new IllegalStateException("This LossBalancer belongs to another graph");
        }
        if (steps++ % updateEvery == 0) {
            group.update(null, Combiner.preferred(losses, factors), present);
        }
        double[] weights = Combiner.preferred(group.last(tasks), factors);
        history.add(model, losses, new double[][] {weights});
        return invertible(weights);
    }

    /** Weights of which none is 0. */
    private static double[] invertible(double[] weights) {
        double largest = 0;
        for (double w : weights) {
            largest = Double.isFinite(w) ? Math.max(largest, w) : largest;
        }
        double least = ALMOST_NOTHING * (largest == 0 ? 1 : largest);
        double[] result = weights.clone();
        for (int t = 0; t < result.length; t++) {
            result[t] = result[t] >= 0 ? Math.max(result[t], least) : result[t];
        }
        return result;
    }

    /** Allowed: the cosines of the weighted losses' gradients are those of the plain ones. */
    @Override
    protected boolean allowsTaskGradients() {
        return true;
    }

    /** Passes the end of an epoch on to the method. */
    @Override
    public synchronized void onEpochEnd(Model model) {
        group.epochEnded();
    }

    /**
     * The last steps, oldest first; as many as {@link Builder#historySize} allows.
     *
     * @return a copy
     */
    public synchronized List<BalancedStep> history() {
        return history.steps();
    }

    /**
     * The last step, whatever the size of the history.
     *
     * @return losses and weights; empty before the first step
     */
    public synchronized Optional<BalancedStep> last() {
        return history.last();
    }

    /**
     * Names of the tasks.
     *
     * @return names of the graph's outputs; empty before the first step
     */
    public synchronized List<String> tasks() {
        return graph == null
                ? List.of()
                : List.copyOf(graph.getConfiguration().getNetworkOutputs());
    }

    /**
     * The memory as numbers, without the history.
     *
     * @return a copy
     */
    public synchronized double[] state() {
        return States.join(new double[] {steps}, group.state());
    }

    /**
     * Continues a run: call before the first step.
     *
     * @param state from {@link #state()} of a balancer with the same settings on the same graph
     * @throws IllegalStateException if this balancer has already made a step
     * @throws IllegalArgumentException if the numbers cannot come from such a balancer
     */
    public synchronized void restore(double[] state) {
        if (graph != null) {
            throw new IllegalStateException("restore() must come before the first step");
        }
        List<double[]> parts = States.split(this, state, 2);
        Check.state(this, state, parts.get(0).length == 1);
        group.restore(parts.get(1));
        steps = (long) parts.get(0)[0];
    }

    /** Settings. */
    public static final class Builder {

        private final LossWeighting weighting;
        private int updateEvery = 1;
        private double[] taskWeights = new double[0];
        private int historySize = 1000;
        private OnNonFinite onNonFinite = OnNonFinite.STOP;

        /**
         * Starts with a method.
         *
         * @param weighting weights of the losses
         */
        public Builder(LossWeighting weighting) {
            this.weighting = Objects.requireNonNull(weighting, "weighting");
        }

        /**
         * Computes the weights in every k-th step only and keeps them between.
         *
         * @param k default 1
         * @return this
         */
        public Builder updateEvery(int k) {
            this.updateEvery = k;
            return this;
        }

        /**
         * Preference: factors on the losses before the method sees them.
         *
         * @param weights one per task, in the order of the network's outputs; default 1
         * @return this
         */
        public Builder taskWeights(double... weights) {
            this.taskWeights = weights.clone();
            return this;
        }

        /**
         * How many steps {@link LossBalancer#history()} keeps.
         *
         * @param steps 0 for none; default 1000
         * @return this
         */
        public Builder historySize(int steps) {
            this.historySize = steps;
            return this;
        }

        /**
         * What happens if a loss or the gradient of the weighted losses is NaN or infinite.
         *
         * @param action default {@link OnNonFinite#STOP}
         * @return this
         */
        public Builder onNonFinite(OnNonFinite action) {
            this.onNonFinite = Objects.requireNonNull(action, "onNonFinite");
            return this;
        }

        /**
         * Checks the settings.
         *
         * @return the listener
         * @throws IllegalArgumentException if a setting is wrong
         */
        public LossBalancer build() {
            Check.atLeast("updateEvery", updateEvery, 1);
            Check.atLeast("historySize", historySize, 0);
            return new LossBalancer(this);
        }
    }
}
