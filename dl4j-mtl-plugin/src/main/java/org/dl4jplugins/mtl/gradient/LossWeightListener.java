package org.dl4jplugins.mtl.gradient;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.layers.training.CenterLossOutputLayer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Weighs the tasks of a step by weights that depend on the losses only, at the cost of an ordinary
 * step: the losses are known after the forward pass, so one backward pass carries the weighted sum.
 * Shared parameters get the sum over tasks of weight times gradient; parameters of one task only
 * keep that task's plain gradient; the reported score stays the plain sum. Where weights depend on
 * gradients, use a {@link TaskGradientListener}; both on one graph are refused.
 *
 * <p>The first step validates the graph as {@link TaskGradientListener} does and refuses outputs
 * whose loss is not a plain {@link ILossFunction} by name, before any parameter has changed. A loss
 * that is not finite always stops the training.
 */
public abstract class LossWeightListener extends BaseTrainingListener {

    private record Session(ComputationGraph graph, TaskStructure structure, WalkMemory memory) {

        static Session of(ComputationGraph graph) {
            return new Session(graph, TaskStructure.of(graph), new WalkMemory(graph));
        }

        boolean fits(ComputationGraph other) {
            return other == graph && structure.describes(other);
        }
    }

    private record Step(double[] weights, List<Runnable> undo) {}

    private final ThreadLocal<Session> session = new ThreadLocal<>();
    private final ThreadLocal<Step> step = new ThreadLocal<>();

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

    /** Computes the losses and weighs them for the backward pass that follows. */
    @Override
    public final void onForwardPass(Model model, Map<String, INDArray> activations) {
        undo();
        if (!(model instanceof ComputationGraph graph)) {
            return;
        }
        if (session.get() == null || !session.get().fits(graph)) {
            Session s = Session.of(graph);
            validate(s);
            session.set(s);
        }
        if (graph.getListeners().stream().anyMatch(TaskGradientListener.class::isInstance)) {
            throw new IllegalStateException(
                    "A graph cannot have a LossWeightListener and a TaskGradientListener: the"
                            + " backward pass carries weighted losses, so its parts are not the"
                            + " tasks' gradients");
        }
        Session s = session.get();
        TaskLosses losses = TaskLosses.of(graph, s.structure, s.memory);
        losses.checkFinite(s.structure);
        double[] w = weights(graph, losses.values().clone(), losses.present().clone()).clone();
        check(s.structure.tasks(), w, losses.present());
        List<Runnable> undo = new ArrayList<>();
        step.set(new Step(w, undo));
        for (int t = 0; t < w.length; t++) {
            if (w[t] != 1) {
                weigh(conf(s.structure, t), w[t], undo);
            }
        }
    }

    /** Gives the tasks' own parameters their plain gradient back. */
    @Override
    public final void onBackwardPass(Model model) {
        Step done = step.get();
        undo();
        if (done == null || !session.get().fits((ComputationGraph) model)) {
            return;
        }
        TaskStructure structure = session.get().structure;
        INDArray flat = ((ComputationGraph) model).getFlattenedGradients();
        INDArray vector = flat.reshape(flat.length());
        for (int t = 0; t < done.weights.length; t++) {
            if (done.weights[t] == 1) {
                continue;
            }
            for (long[] r : structure.ownRanges(t)) {
                vector.get(NDArrayIndex.interval(r[0], r[1])).divi(done.weights[t]);
            }
        }
    }

    private void undo() {
        if (step.get() != null) {
            step.get().undo.forEach(Runnable::run);
            step.remove();
        }
    }

    private static Layer conf(TaskStructure structure, int task) {
        return ((org.deeplearning4j.nn.api.Layer) structure.loss(task)).conf().getLayer();
    }

    private static void validate(Session s) {
        for (int t = 0; t < s.structure.tasks().size(); t++) {
            Object head = s.structure.loss(t);
            if (head instanceof CenterLossOutputLayer
                    || head instanceof OCNNOutputLayer
                    || field(conf(s.structure, t)) == null) {
                throw new IllegalArgumentException(
                        "Output \""
                                + s.structure.tasks().get(t)
                                + "\" cannot be weighed: the loss of a "
                                + head.getClass().getSimpleName()
                                + " is not a plain loss function");
            }
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
                        "weights: "
                                + w[t]
                                + " for task \""
                                + tasks.get(t)
                                + "\"; they must be finite and above 0");
            }
        }
    }

    private static Field field(Layer conf) {
        for (Class<?> c = conf.getClass(); c != null; c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (f.getName().equals("lossFn") && f.getType() == ILossFunction.class) {
                    f.setAccessible(true);
                    return f;
                }
            }
        }
        return null;
    }

    private static void weigh(Layer conf, double weight, List<Runnable> undo) {
        Field field = field(conf);
        try {
            ILossFunction plain = (ILossFunction) field.get(conf);
            field.set(conf, new WeightedLoss(plain, weight));
            undo.add(() -> set(field, conf, plain));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot read " + field, e);
        }
    }

    private static void set(Field field, Layer conf, ILossFunction loss) {
        try {
            field.set(conf, loss);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot restore " + field, e);
        }
    }
}
