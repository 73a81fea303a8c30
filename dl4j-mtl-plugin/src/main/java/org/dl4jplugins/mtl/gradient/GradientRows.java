package org.dl4jplugins.mtl.gradient;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The task matrix [task, sharedParameter], allocated once per graph, and the redirection of the
 * layers' gradient views into its rows, so that DL4J's own gradient is never overwritten. A layer
 * whose view holds more than its shared parameters (batch norm's running statistics), and every
 * task-specific layer, writes into a scratch array.
 */
final class GradientRows {

    private final ComputationGraph graph;
    private final TaskStructure structure;
    private final INDArray matrix;
    private final INDArray scratch;
    private final INDArray[][] views;
    private final INDArray[] modelViews;
    private INDArray restored;

    @SuppressWarnings("try")
    GradientRows(ComputationGraph graph, TaskStructure structure) {
        this.graph = graph;
        this.structure = structure;
        modelViews = new INDArray[structure.order().length];
        int tasks = structure.tasks().size();
        long shared = structure.sharedParameters();
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            var type = graph.params().dataType();
            matrix = shared == 0 ? null : Nd4j.createUninitialized(type, tasks, shared);
            views = new INDArray[tasks][structure.order().length];
            long partial = 0;
            for (LayerBlock b : structure.blocks()) {
                partial += b.whole() ? 0 : b.vertexLength();
            }
            long size = partial;
            for (int t = 0; t < tasks; t++) {
                size = Math.max(size, partial + ownLength(t));
            }
            scratch = size == 0 ? null : Nd4j.create(type, size);
            for (int t = 0; t < tasks; t++) {
                findViews(t, partial);
            }
        }
    }

    private boolean isBlock(int vertex) {
        return structure.blocks().stream().anyMatch(b -> b.vertex() == vertex);
    }

    private long ownLength(int task) {
        long n = 0;
        for (GraphVertex v : structure.order()) {
            int i = v.getVertexIndex();
            n += structure.visits(task, i) && !isBlock(i) ? structure.vertexLength(i) : 0;
        }
        return n;
    }

    private void findViews(int task, long scratchFrom) {
        long partial = 0;
        for (LayerBlock b : structure.blocks()) {
            long n = b.vertexLength();
            if (b.sharers()[task]) {
                views[task][b.vertex()] =
                        b.whole() ? row(task, b) : slice(scratch, partial, partial + n);
            }
            partial += b.whole() ? 0 : n;
        }
        long at = scratchFrom;
        for (GraphVertex v : structure.order()) {
            int i = v.getVertexIndex();
            long n = structure.vertexLength(i);
            if (n > 0 && structure.visits(task, i) && !isBlock(i)) {
                views[task][i] = slice(scratch, at, at + n);
                at += n;
            }
        }
    }

    private static INDArray slice(INDArray vector, long from, long to) {
        return vector.get(NDArrayIndex.interval(from, to));
    }

    static double norm(INDArray vector, long from, long to) {
        return slice(vector, from, to).norm2Number().doubleValue();
    }

    /** All tasks, layers concatenated: [task, sharedParameter]. Null if nothing is shared. */
    INDArray matrix() {
        return matrix;
    }

    /** The row of a task, [sharedParameter]. */
    INDArray row(int task) {
        return matrix.get(NDArrayIndex.point(task), NDArrayIndex.all());
    }

    /** A layer's part of a task's row. */
    INDArray row(int task, LayerBlock b) {
        return matrix.get(
                NDArrayIndex.point(task),
                NDArrayIndex.interval(b.rowOffset(), b.rowOffset() + b.length()));
    }

    /** Lets the backward pass of a task write into its row, which is zeroed first. */
    void redirect(int task) {
        if (matrix != null) {
            row(task).assign(0);
        }
        for (GraphVertex v : structure.order()) {
            INDArray view = views[task][v.getVertexIndex()];
            if (view != null) {
                v.setBackpropGradientsViewArray(view);
            }
        }
    }

    /** Completes a row after the backward pass of its task. */
    void collect(int task) {
        for (LayerBlock b : structure.blocks()) {
            if (!b.whole() && b.sharers()[task]) {
                INDArray row = row(task, b);
                INDArray view = views[task][b.vertex()];
                long at = 0;
                for (long[] r : b.ranges()) {
                    slice(row, at, at + r[1] - r[0]).assign(slice(view, r[0], r[1]));
                    at += r[1] - r[0];
                }
            }
        }
    }

    /** Points all layers to the model's flattened gradient again. */
    void restoreViews() {
        if (restored != graph.getFlattenedGradients()) {
            restored = graph.getFlattenedGradients();
            INDArray flat = flat();
            for (GraphVertex v : structure.order()) {
                int i = v.getVertexIndex();
                long n = structure.vertexLength(i);
                long from = structure.flatOffset(i);
                modelViews[i] = n == 0 ? null : slice(flat, from, from + n);
            }
        }
        for (GraphVertex v : structure.order()) {
            INDArray view = modelViews[v.getVertexIndex()];
            if (view != null) {
                v.setBackpropGradientsViewArray(view);
            }
        }
    }

    /** The model's flattened gradient as a vector. */
    INDArray flat() {
        INDArray flat = graph.getFlattenedGradients();
        return flat.reshape(flat.length());
    }

    /** Row of the task := the model's gradient minus the rows of other tasks, layer by layer. */
    void difference(int task, boolean[] present) {
        INDArray flat = flat();
        for (LayerBlock b : structure.blocks()) {
            if (!b.sharers()[task]) {
                row(task, b).assign(0);
                continue;
            }
            INDArray row = row(task, b);
            copy(flat, b, row);
            for (int t = 0; t < present.length; t++) {
                if (t != task && present[t] && b.sharers()[t]) {
                    row.subi(row(t, b));
                }
            }
        }
    }

    private static void copy(INDArray flat, LayerBlock b, INDArray row) {
        long at = 0;
        for (long[] r : b.ranges()) {
            slice(row, at, at + r[1] - r[0])
                    .assign(slice(flat, b.flatOffset() + r[0], b.flatOffset() + r[1]));
            at += r[1] - r[0];
        }
    }

    /** A layer's shared parameters in the model's gradient := values * scale. */
    void write(LayerBlock b, INDArray values, double scale) {
        INDArray flat = flat();
        long at = 0;
        for (long[] r : b.ranges()) {
            INDArray to = slice(flat, b.flatOffset() + r[0], b.flatOffset() + r[1]);
            to.assign(slice(values, at, at + r[1] - r[0]));
            if (scale != 1) {
                to.muli(scale);
            }
            at += r[1] - r[0];
        }
    }

    /** A layer's shared parameters in the model's gradient := sum over tasks of weight * row. */
    void writeCombination(LayerBlock b, double[] weights) {
        INDArray flat = flat();
        long at = 0;
        for (long[] r : b.ranges()) {
            INDArray to = slice(flat, b.flatOffset() + r[0], b.flatOffset() + r[1]);
            long n = r[1] - r[0];
            to.assign(0);
            for (int t = 0; t < weights.length; t++) {
                if (weights[t] != 0 && b.sharers()[t]) {
                    Nd4j.getBlasWrapper()
                            .level1()
                            .axpy(n, weights[t], slice(row(t, b), at, at + n), to);
                }
            }
            at += n;
        }
    }

    List<LayerBlock> blocks() {
        return structure.blocks();
    }
}
