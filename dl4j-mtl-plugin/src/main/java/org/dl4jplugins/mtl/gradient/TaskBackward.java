package org.dl4jplugins.mtl.gradient;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One graph's task gradients, step by step. DL4J's own backward pass gives the sum over tasks; all
 * tasks but one get a walk of their own, and the remaining task is the difference. The remainder is
 * the task whose gradient was largest in the previous step, so that little is lost by cancellation;
 * where a layer's difference is too small beside the other gradients, the remainder is walked too.
 */
final class TaskBackward {

    private final ComputationGraph graph;
    private final GraphVertex[] vertices;
    private final TaskStructure structure;
    private final WalkMemory memory;
    private final BackwardWalk walk;
    private final ForwardState.Fields fields = new ForwardState.Fields();
    private final double cancellation;
    private final double agreement;
    private GradientRows rows;
    private ForwardState forward;
    private TaskLosses losses;
    private boolean[] present;
    private int largest;
    private boolean verified;

    TaskBackward(ComputationGraph graph) {
        this.graph = graph;
        structure = TaskStructure.of(graph);
        vertices = graph.getVertices();
        memory = new WalkMemory(graph);
        walk = new BackwardWalk(graph, structure, memory);
        largest = structure.tasks().size() - 1;
        DataType type = graph.params().dataType();
        cancellation = type == DataType.DOUBLE ? 1e-5 : type == DataType.FLOAT ? 1e-3 : 1e-1;
        agreement = type == DataType.DOUBLE ? 1e-8 : type == DataType.FLOAT ? 1e-3 : 1e-1;
    }

    boolean fits(ComputationGraph other) {
        return other == graph && structure.describes(other);
    }

    List<String> tasks() {
        return structure.tasks();
    }

    /**
     * After the forward pass and before DL4J's backward pass: losses, and what backward will lose.
     *
     * @throws IllegalArgumentException if labels are missing or their example counts differ
     * @throws NonFiniteGradientException if a loss is not finite
     */
    void afterForward() {
        losses = TaskLosses.of(graph, structure, memory);
        present = losses.present();
        losses.checkFinite(structure);
        forward = ForwardState.capture(vertices, fields, memory.outsideWalk());
    }

    /** Drops what an interrupted step may have left. */
    void forget() {
        forward = null;
    }

    /** Whether {@link #afterForward} has prepared this step. */
    boolean ready() {
        return forward != null;
    }

    /**
     * After DL4J's backward pass: the walks and the inner products. The model is left as DL4J left
     * it.
     *
     * @throws NonFiniteGradientException if a gradient is not finite
     * @throws IllegalStateException at the first step, if a layer's backward pass does not repeat
     */
    TaskGradients afterBackward() {
        if (rows == null) {
            rows = new GradientRows(graph, structure);
        }
        int remainder = remainder();
        double[][][] products;
        ForwardState after = ForwardState.capture(vertices, fields, null);
        INDArray[] masksAfter = swapHeadMasks(losses.headMasks());
        try {
            for (int t = 0; t < present.length; t++) {
                if (present[t] && t != remainder) {
                    walk(t);
                }
            }
            products = DotProducts.of(rows, present, remainder);
            checkFinite(products);
            if (remainder >= 0 && (!verified || cancelled(products, remainder))) {
                INDArray difference = verified ? null : difference(remainder);
                walk(remainder);
                if (!verified) {
                    verify(products, remainder, difference);
                }
                remainder = -1;
                products = DotProducts.of(rows, present, -1);
            }
        } finally {
            rows.restoreViews();
            after.restore();
            swapHeadMasks(masksAfter);
            forward = null;
        }
        LayerGramians gramians = gramians(products);
        rank(gramians.total());
        double examples = examples();
        return new TaskGradients(
                structure.tasks(), losses.values(), present, rows, gramians, examples, remainder);
    }

    private double examples() {
        return graph.conf().isMiniBatch() ? graph.batchSize() : 1;
    }

    private int remainder() {
        if (present[largest]) {
            return largest;
        }
        for (int t = present.length - 1; t >= 0; t--) {
            if (present[t]) {
                return t;
            }
        }
        return -1;
    }

    private void walk(int task) {
        forward.restore();
        rows.redirect(task);
        walk.run(task);
        rows.collect(task);
    }

    private INDArray[] swapHeadMasks(INDArray[] masks) {
        INDArray[] old = new INDArray[masks.length];
        for (int t = 0; t < masks.length; t++) {
            old[t] = structure.loss(t).getMaskArray();
            structure.loss(t).setMaskArray(masks[t]);
        }
        return old;
    }

    private void checkFinite(double[][][] products) {
        for (int l = 0; l < products.length; l++) {
            for (int t = 0; t < present.length; t++) {
                if (!Double.isFinite(products[l][t][t])) {
                    throw NonFiniteGradientException.gradient(
                            structure.tasks().get(t), structure.blocks().get(l).layer().name());
                }
            }
        }
        INDArray flat = rows.flat();
        for (GraphVertex v : structure.order()) {
            int i = v.getVertexIndex();
            int owner = structure.owner(i);
            if (owner >= 0 && structure.vertexLength(i) > 0) {
                long from = structure.flatOffset(i);
                double norm = GradientRows.norm(flat, from, from + structure.vertexLength(i));
                if (!Double.isFinite(norm)) {
                    throw NonFiniteGradientException.gradient(
                            structure.tasks().get(owner), v.getVertexName());
                }
            }
        }
    }

    private boolean cancelled(double[][][] products, int remainder) {
        for (int l = 0; l < products.length; l++) {
            if (structure.blocks().get(l).sharers()[remainder]) {
                double others = 0;
                for (int t = 0; t < present.length; t++) {
                    others = t == remainder ? others : Math.max(others, products[l][t][t]);
                }
                if (products[l][remainder][remainder] < cancellation * cancellation * others) {
                    return true;
                }
            }
        }
        return false;
    }

    private INDArray difference(int remainder) {
        if (rows.matrix() == null) {
            return null;
        }
        rows.difference(remainder, present);
        return rows.row(remainder).dup();
    }

    /** At the first step: the remainder's own walk must give what the difference gives. */
    private void verify(double[][][] products, int remainder, INDArray difference) {
        verified = true;
        if (difference == null) {
            return;
        }
        difference.subi(rows.row(remainder));
        for (int l = 0; l < products.length; l++) {
            LayerBlock b = structure.blocks().get(l);
            double scale = 0;
            for (int t = 0; t < present.length; t++) {
                scale += Math.sqrt(products[l][t][t]);
            }
            double error = GradientRows.norm(difference, b.rowOffset(), b.rowOffset() + b.length());
            if (!(error <= agreement * scale)) {
                throw new IllegalStateException(
                        "The task gradients do not sum to the model's gradient in layer \""
                                + b.layer().name()
                                + "\" (relative difference "
                                + error / scale
                                + "): "
                                + culprit(b.layer().name())
                                + " gives another result when its backward pass runs again, because"
                                + " it draws random numbers or overwrites what it kept of the"
                                + " forward pass. Let it implement RepeatableBackward or replace"
                                + " it");
            }
        }
    }

    /** The layer closest to the outputs that gives two results in two equal walks. */
    private String culprit(String seenIn) {
        for (int t = 0; t < present.length; t++) {
            if (present[t]) {
                double[][] first = traced(t);
                double[][] second = traced(t);
                for (int i = structure.order().length - 1; i >= 0; i--) {
                    GraphVertex v = structure.order()[i];
                    double[] a = first[v.getVertexIndex()];
                    double[] b = second[v.getVertexIndex()];
                    double most = agreement * Math.max(a[0], b[0]);
                    if (Math.abs(a[0] - b[0]) > most || Math.abs(a[1] - b[1]) > most) {
                        return "layer \"" + v.getVertexName() + "\"";
                    }
                }
            }
        }
        return "\"" + seenIn + "\" or a layer above it";
    }

    private double[][] traced(int task) {
        forward.restore();
        rows.redirect(task);
        return walk.traced(task);
    }

    private LayerGramians gramians(double[][][] products) {
        double perExample = 1 / examples();
        for (double[][] g : products) {
            for (double[] row : g) {
                for (int j = 0; j < row.length; j++) {
                    row[j] *= perExample * perExample;
                }
            }
        }
        List<String> names = structure.layers().stream().map(SharedLayer::name).toList();
        return new LayerGramians(structure.tasks(), names, products);
    }

    private void rank(double[][] total) {
        for (int t = 0; t < total.length; t++) {
            largest = total[t][t] > total[largest][largest] ? t : largest;
        }
    }
}
