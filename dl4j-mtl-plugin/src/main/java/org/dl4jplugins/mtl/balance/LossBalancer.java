package org.dl4jplugins.mtl.balance;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

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
 * not be negative. One balancer serves one training run of one graph.
 */
public final class LossBalancer extends BaseTrainingListener {

    private final WeightGroup group;
    private final int updateEvery;
    private final double[] taskWeights;
    private final StepHistory history;
    private LossHeads heads;
    private boolean underWay;
    private long steps;

    private LossBalancer(Builder builder) {
        group = new WeightGroup(builder.weighting);
        updateEvery = builder.updateEvery;
        taskWeights = builder.taskWeights;
        history = new StepHistory(builder.historySize);
    }

    /** Finds the losses and puts weights on them. */
    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
        ComputationGraph graph = begin(model);
        heads.plain();
        double[] losses = heads.losses();
        int tasks = losses.length;
        double[] preference = taskWeights.length == 0 ? Small.filled(tasks, 1) : taskWeights;
        boolean[] present = new boolean[tasks];
        for (int t = 0; t < tasks; t++) {
            present[t] = heads.present(t);
        }
        if (steps++ % updateEvery == 0) {
            group.update(null, Combiner.preferred(losses, preference), present);
        }
        double[] weights = Combiner.preferred(group.last(tasks), preference);
        for (int t = 0; t < tasks; t++) {
            if (!(weights[t] >= 0) || Double.isInfinite(weights[t])) {
                throw new IllegalStateException(
                        "The weight of task \"" + heads.tasks().get(t) + "\" is " + weights[t]);
            }
        }
        heads.weigh(weights);
        underWay = true;
        history.add(graph, losses, new double[][] {weights});
    }

    private ComputationGraph begin(Model model) {
        if (!(model instanceof ComputationGraph graph)) {
            throw new IllegalArgumentException(
                    "LossBalancer needs a ComputationGraph, not a "
                            + model.getClass().getSimpleName());
        }
        if (heads == null) {
            heads = new LossHeads(graph);
            if (taskWeights.length > 0) {
                Check.count("taskWeights", taskWeights.length, heads.tasks().size());
            }
        }
        if (!heads.fits(graph)) {
            throw new IllegalStateException("This LossBalancer belongs to another graph");
        }
        return graph;
    }

    /** Takes the weights off again. */
    @Override
    public void onGradientCalculation(Model model) {
        if (underWay) {
            underWay = false;
            heads.plain();
            heads.plainOwnGradients();
        }
    }

    /** Passes the end of an epoch on to the method. */
    @Override
    public void onEpochEnd(Model model) {
        group.epochEnded();
    }

    /**
     * The last steps, oldest first; as many as {@link Builder#historySize} allows.
     *
     * @return a copy
     */
    public List<BalancedStep> history() {
        return history.steps();
    }

    /**
     * The last step, whatever the size of the history.
     *
     * @return losses and weights; empty before the first step
     */
    public Optional<BalancedStep> last() {
        return history.last();
    }

    /**
     * The memory as numbers, without the history.
     *
     * @return a copy
     */
    public double[] state() {
        return States.join(new double[] {steps}, group.state());
    }

    /**
     * Continues a run: call before the first step.
     *
     * @param state from {@link #state()} of a balancer with the same settings on the same graph
     * @throws IllegalStateException if this balancer has already made a step
     * @throws IllegalArgumentException if the numbers cannot come from such a balancer
     */
    public void restore(double[] state) {
        if (heads != null) {
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
         * Checks the settings.
         *
         * @return the listener
         * @throws IllegalArgumentException if a setting is wrong
         */
        public LossBalancer build() {
            Check.atLeast("updateEvery", updateEvery, 1);
            Check.atLeast("historySize", historySize, 0);
            if (taskWeights.length > 0) {
                Check.preference("taskWeights", taskWeights);
            }
            return new LossBalancer(this);
        }
    }
}
