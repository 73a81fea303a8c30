package org.dl4jplugins.mtl.gradient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One backward pass from one head through the vertices it depends on, after a forward pass of the
 * graph. The gradients go where the layers' gradient views point.
 */
final class BackwardWalk {

    private final TaskStructure structure;
    private final WalkMemory memory;
    private final int[] lastReader;

    BackwardWalk(ComputationGraph graph, TaskStructure structure, WalkMemory memory) {
        this.structure = structure;
        this.memory = memory;
        GraphVertex[] order = structure.order();
        int[] position = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            position[order[i].getVertexIndex()] = i;
        }
        lastReader = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            int last = order.length;
            VertexIndices[] inputs = order[i].getInputVertices();
            if (inputs != null) {
                for (VertexIndices in : inputs) {
                    last = Math.min(last, position[in.getVertexIndex()]);
                }
            }
            lastReader[i] = last == order.length ? 0 : last;
        }
    }

    void run(int task) {
        run(task, null);
    }

    /**
     * Walks and says what came out of every vertex.
     *
     * @return by vertex index: norm and sum of its parameter gradients and of the epsilons it
     *     passes on; zeros where the walk does not come
     */
    double[][] traced(int task) {
        double[][] trace = new double[structure.order().length][2];
        run(task, trace);
        return trace;
    }

    private void run(int task, double[][] trace) {
        GraphVertex[] order = structure.order();
        INDArray[] epsilons = new INDArray[order.length];
        INDArray[] before = new INDArray[order.length];
        for (GraphVertex v : order) {
            before[v.getVertexIndex()] = v.getEpsilon();
        }
        MemoryWorkspace initial = Nd4j.getMemoryManager().getCurrentWorkspace();
        try {
            for (int i = order.length - 1; i >= 0; i--) {
                GraphVertex v = order[i];
                int index = v.getVertexIndex();
                if (structure.visits(task, index)
                        && (epsilons[index] != null || v == structure.head(task))) {
                    backward(v, lastReader[i], epsilons, initial, trace);
                }
                memory.closeAfter(i);
            }
        } finally {
            memory.closeAll(initial);
            for (GraphVertex v : order) {
                v.setEpsilon(before[v.getVertexIndex()]);
            }
        }
    }

    @SuppressWarnings("try")
    private void backward(
            GraphVertex v,
            int lastReader,
            INDArray[] epsilons,
            MemoryWorkspace initial,
            double[][] trace) {
        LayerWorkspaceMgr manager = memory.openEpsilons(lastReader, initial);
        v.setEpsilon(epsilons[v.getVertexIndex()]);
        Pair<Gradient, INDArray[]> result;
        try (MemoryWorkspace working = manager.notifyScopeEntered(ArrayType.BP_WORKING_MEM)) {
            result = v.doBackward(false, manager);
        }
        if (trace != null) {
            record(result, trace[v.getVertexIndex()]);
        }
        VertexIndices[] inputs = v.getInputVertices();
        INDArray[] out = result.getSecond();
        for (int j = 0; inputs != null && out != null && j < inputs.length; j++) {
            if (j >= out.length || out[j] == null) {
                continue;
            }
            int to = inputs[j].getVertexIndex();
            if (epsilons[to] != null) {
                epsilons[to].addi(out[j]);
            } else {
                boolean shared = false;
                for (int k = 0; k < j; k++) {
                    shared |= out[k] == out[j];
                }
                epsilons[to] = shared ? manager.dup(ArrayType.ACTIVATION_GRAD, out[j]) : out[j];
            }
        }
    }

    private static void record(Pair<Gradient, INDArray[]> result, double[] trace) {
        List<INDArray> all = new ArrayList<>();
        if (result.getFirst() != null) {
            all.addAll(result.getFirst().gradientForVariable().values());
        }
        if (result.getSecond() != null) {
            all.addAll(Arrays.asList(result.getSecond()));
        }
        for (INDArray array : all) {
            if (array != null && !array.isEmpty()) {
                trace[0] += array.norm2Number().doubleValue();
                trace[1] += array.sumNumber().doubleValue();
            }
        }
    }
}
