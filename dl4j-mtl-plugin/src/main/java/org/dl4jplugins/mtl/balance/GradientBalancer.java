package org.dl4jplugins.mtl.balance;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.OnNonFinite;
import org.dl4jplugins.mtl.gradient.TaskGradientListener;
import org.dl4jplugins.mtl.gradient.TaskGradients;

/**
 * Applies a balancing method while a graph trains with plain {@code fit()}: attach it with {@code
 * graph.addListeners(balancer)}. It replaces the shared layers' gradient before DL4J's updater sees
 * it, so updaters, gradient normalization and clipping, schedules and regularization work as
 * always. Works on any graph with at least two outputs, made by hand or by Recon.
 *
 * <p>Parameters of one task only always keep that task's plain gradient. This holds for loss
 * weightings too, where the published codes weight the heads as well; with Adam-like updaters,
 * which do not see constant factors, the difference is small.
 *
 * <p>Tasks without labels in a batch take no part: the method combines the others. A method that
 * remembers tasks is given their last losses if it looks at losses only; otherwise its last weights
 * are kept. With {@link Scope#PER_LAYER} the same goes for tasks without gradient in a layer, such
 * as those that do not share it.
 *
 * <p>A step costs as many backward passes as there are tasks. For a {@link LossWeighting} on
 * ordinary output layers {@link LossBalancer} does the same with one.
 *
 * <p>One balancer serves one training run of one graph; {@link #state()} and {@link #restore} carry
 * it over a restart.
 */
public final class GradientBalancer extends TaskGradientListener {

    /** On what a method is applied. */
    public enum Scope {
        /** Once, on all shared parameters. */
        WHOLE_MODEL,
        /** On each shared layer by itself. */
        PER_LAYER
    }

    private final Combiner combiner;
    private final int updateEvery;
    private final Preference preference;
    private final StepHistory history;
    private List<String> tasks = List.of();
    private long steps;

    private GradientBalancer(Combiner combiner, Builder builder) {
        this.combiner = combiner;
        updateEvery = builder.updateEvery;
        preference = new Preference("taskWeights", builder.taskWeights);
        history = new StepHistory(builder.historySize);
        setOnNonFinite(builder.onNonFinite);
    }

    /** {@inheritDoc} Combines them as configured. */
    @Override
    protected synchronized void onTaskGradients(ComputationGraph model, TaskGradients gradients) {
        if (!tasks.equals(gradients.tasks())) {
            begin(model, gradients.tasks());
        }
        double[] factors = preference.of(tasks.size(), 1);
        double[][] weights = combiner.combine(gradients, factors, steps++ % updateEvery == 0);
        history.add(model, gradients.losses(), weights);
    }

    private void begin(ComputationGraph model, List<String> found) {
        if (!tasks.isEmpty()) {
            throw new IllegalStateException(
                    "This balancer belongs to a graph with the tasks " + tasks + ", not " + found);
        }
        if (model.getListeners().stream().filter(GradientBalancer.class::isInstance).count() > 1) {
            throw new IllegalStateException("A graph can have one GradientBalancer only");
        }
        preference.of(found.size(), 1);
        tasks = found;
    }

    /** Passes the end of an epoch on to the method. */
    @Override
    public synchronized void onEpochEnd(Model model) {
        combiner.epochEnded();
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
    public List<String> tasks() {
        return tasks;
    }

    /**
     * Names of the groups in {@link BalancedStep#weights()}.
     *
     * @return shared layers with {@link Scope#PER_LAYER}; one empty name for the whole model; empty
     *     before the first step or with an {@link Aggregator}
     */
    public List<String> groups() {
        return combiner.groups();
    }

    /**
     * The memory as numbers, without the history. Save it with the model, for example by {@code
     * ModelSerializer.addObjectToFile(file, "balancer", balancer.state())}.
     *
     * @return a copy
     */
    public synchronized double[] state() {
        return States.join(new double[] {steps}, combiner.state());
    }

    /**
     * Continues a run: call before the first step.
     *
     * @param state from {@link #state()} of a balancer with the same settings on the same graph
     * @throws IllegalStateException if this balancer has already made a step
     * @throws IllegalArgumentException if the numbers cannot come from such a balancer
     */
    public synchronized void restore(double[] state) {
        if (!tasks.isEmpty()) {
            throw new IllegalStateException("restore() must come before the first step");
        }
        List<double[]> parts = States.split(this, state, 2);
        Check.state(this, state, parts.get(0).length == 1);
        combiner.restore(parts.get(1));
        steps = (long) parts.get(0)[0];
    }

    /** Settings; one of weighting, weightingPerLayer or aggregator is required. */
    public static final class Builder {

        private Weighting weighting;
        private Supplier<? extends Weighting> weightingPerLayer;
        private Aggregator aggregator;
        private Scope scope = Scope.WHOLE_MODEL;
        private int updateEvery = 1;
        private double multiplier = 1;
        private double[] taskWeights = new double[0];
        private int historySize = 1000;
        private OnNonFinite onNonFinite = OnNonFinite.STOP;

        /**
         * Combines by task weights.
         *
         * @param weighting the method
         * @return this
         */
        public Builder weighting(Weighting weighting) {
            this.weighting = weighting;
            return this;
        }

        /**
         * Combines each layer by task weights of its own; sets {@link Scope#PER_LAYER}.
         *
         * @param weighting makes the method of one layer
         * @return this
         */
        public Builder weightingPerLayer(Supplier<? extends Weighting> weighting) {
            this.weightingPerLayer = weighting;
            this.scope = Scope.PER_LAYER;
            return this;
        }

        /**
         * Combines by an aggregator, which needs the explicit gradients.
         *
         * @param aggregator the method
         * @return this
         */
        public Builder aggregator(Aggregator aggregator) {
            this.aggregator = aggregator;
            return this;
        }

        /**
         * On what the method is applied.
         *
         * @param scope default {@link Scope#WHOLE_MODEL}
         * @return this
         */
        public Builder scope(Scope scope) {
            this.scope = scope;
            return this;
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
         * Factor on the combined gradient of the shared layers. The number of tasks makes methods
         * on the scale of the mean gradient (CAGrad, UPGrad, DualProj) comparable with the sum of
         * the losses, as in the code of Recon.
         *
         * @param multiplier above 0; default 1
         * @return this
         */
        public Builder multiplier(double multiplier) {
            this.multiplier = multiplier;
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
         * How many steps {@link GradientBalancer#history()} keeps.
         *
         * @param steps 0 for none; default 1000
         * @return this
         */
        public Builder historySize(int steps) {
            this.historySize = steps;
            return this;
        }

        /**
         * What happens if a loss or gradient is NaN or infinite.
         *
         * @param action default {@link OnNonFinite#STOP}
         * @return this
         */
        public Builder onNonFinite(OnNonFinite action) {
            this.onNonFinite = action;
            return this;
        }

        /**
         * Checks the settings.
         *
         * @return the listener
         * @throws IllegalArgumentException if a setting is missing or wrong
         */
        public GradientBalancer build() {
            int methods = weighting == null ? 0 : 1;
            methods += weightingPerLayer == null ? 0 : 1;
            methods += aggregator == null ? 0 : 1;
            if (methods != 1) {
                throw new IllegalArgumentException(
                        methods
                                + " methods given: expected one of weighting, weightingPerLayer"
                                + " and aggregator");
            }
            if (scope == null || onNonFinite == null) {
                throw new IllegalArgumentException("scope and onNonFinite cannot be null");
            }
            if (updateEvery < 1 || updateEvery > 1 && aggregator != null) {
                throw new IllegalArgumentException(
                        "updateEvery = "
                                + updateEvery
                                + ": expected at least 1, and 1 for an aggregator");
            }
            Check.atLeast("historySize", historySize, 0);
            Check.positive("multiplier", multiplier);
            return new GradientBalancer(combiner(), this);
        }

        private Combiner combiner() {
            boolean perLayer = scope == Scope.PER_LAYER;
            if (aggregator != null) {
                return new AggregatorCombiner(aggregator, perLayer, multiplier);
            }
            if (weightingPerLayer != null) {
                return new WeightCombiner(weightingPerLayer, perLayer, multiplier);
            }
            boolean lossesOnly = weighting instanceof LossWeighting;
            if (perLayer && !lossesOnly && weighting.remembersTasks()) {
                throw new IllegalArgumentException(
                        weighting.getClass().getSimpleName()
                                + " remembers tasks, so every layer needs its own: use"
                                + " weightingPerLayer");
            }
            return new WeightCombiner(() -> weighting, perLayer && !lossesOnly, multiplier);
        }
    }
}
