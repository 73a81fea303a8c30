package org.dl4jplugins.mtl.balance;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.dl4jplugins.mtl.stream.StreamDependencies;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The output layers of a graph, and the vertices that belong to one task only. */
final class LossHeads {

    /** Relative size that stands for a weight of 0: far below rounding, yet invertible. */
    private static final double ALMOST_NOTHING = 1e-20;

    private final ComputationGraph graph;
    private final List<String> tasks;
    private final List<LossHead> heads = new ArrayList<>();
    private final List<Integer> backwardOrder = new ArrayList<>();
    private final Map<String, Integer> owners = new HashMap<>();

    LossHeads(ComputationGraph graph) {
        this.graph = graph;
        tasks = List.copyOf(graph.getConfiguration().getNetworkOutputs());
        if (tasks.size() < 2) {
            throw new IllegalArgumentException(
                    "balancing needs a graph with at least two outputs, one per task, but it has "
                            + tasks);
        }
        for (int t = 0; t < tasks.size(); t++) {
            heads.add(new LossHead(graph.getVertex(tasks.get(t))));
            for (String name : StreamDependencies.of(graph.getConfiguration(), tasks.get(t))) {
                owners.merge(name, t, (a, b) -> -1);
            }
        }
        int[] order = graph.topologicalSortOrder();
        for (int i = order.length - 1; i >= 0; i--) {
            int task = tasks.indexOf(graph.getVertices()[order[i]].getVertexName());
            if (task >= 0) {
                backwardOrder.add(task);
            }
        }
    }

    boolean fits(ComputationGraph other) {
        return graph == other;
    }

    List<String> tasks() {
        return tasks;
    }

    /** Whether the batch has labels for a task. */
    boolean present(int task) {
        INDArray[] masks = graph.getLabelMaskArrays();
        INDArray mask = masks == null ? null : masks[task];
        return mask == null || mask.maxNumber().doubleValue() != 0;
    }

    /** Mean loss of each task, found in the order in which DL4J will draw dropout masks. */
    double[] losses() {
        INDArray[] labels = labels();
        INDArray[] masks = graph.getLabelMaskArrays();
        double[] losses = new double[tasks.size()];
        for (int t : backwardOrder) {
            INDArray label = labels == null ? null : labels[t];
            if (label == null) {
                throw new IllegalArgumentException(
                        "task \""
                                + tasks.get(t)
                                + "\" has no labels: fill absent labels with zeros and mask them");
            }
            losses[t] = heads.get(t).loss(label, masks == null ? null : masks[t]);
            if (!Double.isFinite(losses[t])) {
                throw new IllegalStateException(
                        "The loss of task \"" + tasks.get(t) + "\" is " + losses[t]);
            }
        }
        return losses;
    }

    private INDArray[] labels() {
        try {
            Field field = ComputationGraph.class.getDeclaredField("labels");
            field.setAccessible(true);
            return (INDArray[]) field.get(graph);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Not the ComputationGraph of DL4J 1.0.0-M2.1", e);
        }
    }

    /** Puts weights on the losses for the coming backward pass. */
    void weigh(double[] weights) {
        double largest = 0;
        for (double w : weights) {
            largest = Math.max(largest, w);
        }
        for (int t = 0; t < weights.length; t++) {
            double least = largest == 0 ? 1 : ALMOST_NOTHING * largest;
            heads.get(t).weigh(Math.max(weights[t], least));
        }
    }

    /** Takes the weights off the losses. */
    void plain() {
        heads.forEach(LossHead::plain);
    }

    /** Takes the weights off the gradients of what belongs to one task only. */
    void plainOwnGradients() {
        for (Map.Entry<String, INDArray> e : graph.gradient().gradientForVariable().entrySet()) {
            int cut = e.getKey().lastIndexOf('_');
            GraphVertex vertex = graph.getVertex(e.getKey().substring(0, cut));
            int owner = owners.getOrDefault(vertex.getVertexName(), -1);
            boolean gradient = vertex.updaterDivideByMinibatch(e.getKey().substring(cut + 1));
            if (owner >= 0 && gradient && heads.get(owner).weight() != 1) {
                e.getValue().divi(heads.get(owner).weight());
            }
        }
    }
}
