package org.dl4jplugins.mtl.gradient;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A training listener that sees, and may replace, the gradient of each task at a training step.
 * Attach it with {@code graph.setListeners} or {@code addListeners} to a graph with at least two
 * loss outputs (the tasks) and train with plain {@code fit}. A step then costs one forward pass and
 * as many backward passes as there are tasks with labels in the batch; several such listeners on
 * one graph share them. The model is left as DL4J computed it, unless a listener writes.
 *
 * <p>The first step validates: a graph with fewer than two outputs, an output that is not a loss
 * layer, missing labels or differing example counts throw an {@link IllegalArgumentException}, a
 * layer whose backward pass does not repeat an {@link IllegalStateException}, before any parameter
 * has changed.
 *
 * <p>A listener may be attached to several graphs that train in different threads; then its own
 * state must allow that.
 */
public abstract class TaskGradientListener extends BaseTrainingListener {

    private final ThreadLocal<TaskBackward> backward = new ThreadLocal<>();
    private final NonFiniteSteps nonFinite = new NonFiniteSteps();

    /**
     * Called after the backward pass of a step and before the updater.
     *
     * @param model the graph
     * @param gradients the task gradients, valid until this method returns
     */
    protected abstract void onTaskGradients(ComputationGraph model, TaskGradients gradients);

    /**
     * Whether task gradients are wanted at this iteration; a step that no listener wants costs
     * nothing extra.
     *
     * @param iteration DL4J's iteration count, 0 for the first step
     * @return true unless overridden
     */
    protected boolean wanted(int iteration) {
        return true;
    }

    /**
     * Sets what happens when a loss or gradient is NaN or infinite. If several listeners on one
     * graph disagree, {@link OnNonFinite#STOP} wins.
     *
     * @param action default {@link OnNonFinite#STOP}
     */
    public final void setOnNonFinite(OnNonFinite action) {
        nonFinite.set(action);
    }

    /** Prepares the step; if several listeners are attached, the first does it for all. */
    @Override
    public final void onForwardPass(Model model, Map<String, INDArray> activations) {
        if (!(model instanceof ComputationGraph graph) || !leads(graph)) {
            return;
        }
        TaskBackward session = backward.get();
        if (session == null || !session.fits(graph)) {
            session = new TaskBackward(graph);
            backward.set(session);
        }
        session.forget();
        nonFinite.forget();
        if (wanting(graph).isEmpty()) {
            return;
        }
        try {
            session.afterForward();
        } catch (NonFiniteGradientException e) {
            skipOrThrow(graph, e);
        }
    }

    /** Computes the task gradients and calls {@link #onTaskGradients} of all listeners. */
    @Override
    public final void onBackwardPass(Model model) {
        TaskBackward session = backward.get();
        if (session == null
                || !session.ready()
                || !(model instanceof ComputationGraph graph)
                || !session.fits(graph)) {
            return;
        }
        TaskGradients gradients;
        try {
            gradients = session.afterBackward();
        } catch (NonFiniteGradientException e) {
            skipOrThrow(graph, e);
            return;
        }
        for (TaskGradientListener l : wanting(graph)) {
            l.onTaskGradients(graph, gradients);
        }
    }

    /** Undoes a step that is to be skipped. An overriding method must call this one. */
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        nonFinite.restore();
    }

    private void skipOrThrow(ComputationGraph graph, NonFiniteGradientException e) {
        if (listeners(graph).stream().anyMatch(l -> l.nonFinite.stop())) {
            throw e;
        }
        nonFinite.skip(graph, e);
    }

    private boolean leads(ComputationGraph graph) {
        return listeners(graph).get(0) == this;
    }

    private List<TaskGradientListener> wanting(ComputationGraph graph) {
        int iteration = graph.getIterationCount();
        return listeners(graph).stream()
                .filter(l -> l.wanted(iteration))
                .collect(Collectors.toList());
    }

    private List<TaskGradientListener> listeners(ComputationGraph graph) {
        List<TaskGradientListener> all =
                graph.getListeners().stream()
                        .filter((TrainingListener l) -> l instanceof TaskGradientListener)
                        .map(TaskGradientListener.class::cast)
                        .distinct()
                        .toList();
        // Not in the list: wrapped by another listener, so it works for itself.
        return all.contains(this) ? all : List.of(this);
    }
}
