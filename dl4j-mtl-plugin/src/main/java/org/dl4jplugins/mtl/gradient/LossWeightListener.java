package org.dl4jplugins.mtl.gradient;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Weighs the tasks of a step by weights that depend on the losses only, at the cost of an ordinary
 * step: the losses are known after the forward pass, so one backward pass carries the weighted sum.
 * Shared parameters get the sum over tasks of weight times gradient; parameters of one task only
 * keep that task's plain gradient; the reported score stays the plain sum. Where weights depend on
 * gradients, use a {@link TaskGradientListener}.
 *
 * <p>The first step validates the graph as {@link TaskGradientListener} does and refuses outputs
 * whose loss is not a plain {@link ILossFunction} by name, before any parameter has changed. A
 * graph can have one such listener only.
 */
public abstract class LossWeightListener extends BaseTrainingListener {

    private final ThreadLocal<WeightedPass> pass = new ThreadLocal<>();
    private final NonFiniteSteps nonFinite = new NonFiniteSteps();

    /**
     * The weights of the step under way.
     *
     * @param model the graph
     * @param losses [task], without regularization, in the order of the network's outputs
     * @param present for each task whether it has labels in this batch; the weight of an absent
     *     task is not used
     * @return [task], finite and above 0
     */
    protected abstract double[] weights(ComputationGraph model, double[] losses, boolean[] present);

    /**
     * Whether {@link TaskGradientListener}s may be attached to the same graph. They see the
     * gradients of the weighted losses, weight times gradient: cosines are those of the plain
     * gradients, norms are not.
     *
     * @return false unless overridden: such a listener is refused
     */
    protected boolean allowsTaskGradients() {
        return false;
    }

    /**
     * Sets what happens when a loss or the gradient of the weighted losses is NaN or infinite. A
     * step that is skipped for a loss asks for no weights.
     *
     * @param action default {@link OnNonFinite#STOP}
     */
    public final void setOnNonFinite(OnNonFinite action) {
        nonFinite.set(action);
    }

    /** Computes the losses and weighs them for the backward pass that follows. */
    @Override
    public final void onForwardPass(Model model, Map<String, INDArray> activations) {
        nonFinite.forget();
        if (pass.get() != null) {
            pass.get().plain();
        }
        ComputationGraph graph = graph(model);
        if (pass.get() == null || !pass.get().fits(graph)) {
            pass.set(new WeightedPass(graph));
        }
        checkOthers(graph);
        WeightedPass weighted = pass.get();
        TaskLosses losses;
        try {
            losses = weighted.losses();
        } catch (NonFiniteGradientException e) {
            skipOrThrow(graph, e);
            return;
        }
        double[] w = weights(graph, losses.values().clone(), losses.present().clone()).clone();
        check(weighted.tasks(), w, losses.present());
        weighted.weigh(w);
    }

    /** Refuses networks of a single output. */
    @Override
    public final void onForwardPass(Model model, List<INDArray> activations) {
        graph(model);
    }

    private ComputationGraph graph(Model model) {
        if (!(model instanceof ComputationGraph graph)) {
            throw new IllegalArgumentException(
                    getClass().getSimpleName()
                            + " needs a ComputationGraph, not a "
                            + model.getClass().getSimpleName());
        }
        return graph;
    }

    /** Gives the tasks' own parameters their plain gradient back. */
    @Override
    public final void onBackwardPass(Model model) {
        // Task gradient listeners walk back once more after this pass and need the same losses.
        if (!hasTaskGradients(model)) {
            finish(model);
        }
    }

    /**
     * Gives the tasks' own parameters their plain gradient back, if other listeners had to wait.
     */
    @Override
    public final void onGradientCalculation(Model model) {
        finish(model);
    }

    private void finish(Model model) {
        WeightedPass weighted = pass.get();
        double[] w = weighted == null ? null : weighted.plain();
        if (w == null || !(model instanceof ComputationGraph graph) || !weighted.fits(graph)) {
            return;
        }
        weighted.plainOwnGradients(w);
        try {
            weighted.checkFinite();
        } catch (NonFiniteGradientException e) {
            skipOrThrow(graph, e);
        }
    }

    /** Undoes a step that is to be skipped. An overriding method must call this one. */
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        nonFinite.restore();
    }

    private void skipOrThrow(ComputationGraph graph, NonFiniteGradientException e) {
        if (nonFinite.stop()) {
            throw e;
        }
        nonFinite.skip(graph, e);
    }

    private static boolean hasTaskGradients(Model model) {
        return model instanceof ComputationGraph graph
                && graph.getListeners().stream().anyMatch(TaskGradientListener.class::isInstance);
    }

    private void checkOthers(ComputationGraph graph) {
        if (graph.getListeners().stream().filter(LossWeightListener.class::isInstance).count()
                > 1) {
            throw new IllegalStateException("A graph can have one LossWeightListener only");
        }
        if (!allowsTaskGradients() && hasTaskGradients(graph)) {
            throw new IllegalStateException(
                    "A graph cannot have this LossWeightListener and a TaskGradientListener: the"
                            + " backward pass carries weighted losses, so its parts are not the"
                            + " tasks' gradients");
        }
    }

    private static void check(List<String> tasks, double[] w, boolean[] present) {
        if (w.length != tasks.size()) {
            throw new IllegalArgumentException(
                    "weights: " + w.length + " values for the " + tasks.size() + " tasks");
        }
        for (int t = 0; t < w.length; t++) {
            if (!present[t]) {
                w[t] = 1;
            } else if (!(w[t] > 0 && w[t] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "weights: that of task \""
                                + tasks.get(t)
                                + "\" is "
                                + w[t]
                                + "; it must be finite and above 0");
            }
        }
    }
}
