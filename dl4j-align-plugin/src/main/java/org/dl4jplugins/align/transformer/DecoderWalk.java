package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Runs a graph's vertices in topological order, those that depend on the decoded input once per
 * step and the others once per prompt.
 */
@SuppressWarnings("try") // workspaces are only opened and closed
final class DecoderWalk {
    private final LayerWorkspaceMgr detached = LayerWorkspaceMgr.noWorkspaces();
    private static final String STEP_WORKSPACE = "WS_DECODER_STEP";
    private final LayerWorkspaceMgr oneStep =
            LayerWorkspaceMgr.builder()
                    .defaultWorkspace(
                            STEP_WORKSPACE,
                            WorkspaceConfiguration.builder()
                                    .initialSize(0)
                                    .overallocationLimit(0.5)
                                    .policyAllocation(AllocationPolicy.OVERALLOCATE)
                                    .policyLearning(LearningPolicy.FIRST_LOOP)
                                    .policyReset(ResetPolicy.BLOCK_LEFT)
                                    .policySpill(SpillPolicy.REALLOCATE)
                                    .build())
                    .build();

    private final GraphVertex[] vertices;
    private final int[] order;
    private final List<String> networkInputs;
    private final DataType dataType;
    private final int input;
    private final int output;
    private final boolean[] dynamic;
    private final boolean[] needed;
    private final Map<String, INDArray[]> context = new HashMap<>(); // values and mask
    private INDArray[] values; // of vertices that do not depend on the decoded input
    private INDArray[] masks;
    private int[] origin; // row of the context that each sequence belongs to

    DecoderWalk(ComputationGraph graph, String inputName) {
        networkInputs = graph.getConfiguration().getNetworkInputs();
        if (!networkInputs.contains(inputName)) {
            throw new IllegalArgumentException(
                    "the graph has inputs " + networkInputs + ", not \"" + inputName + "\"");
        }
        vertices = graph.getVertices();
        order = graph.topologicalSortOrder();
        dataType = graph.getConfiguration().getDataType();
        input = graph.getVertex(inputName).getVertexIndex();
        List<String> outputs = graph.getConfiguration().getNetworkOutputs();
        String name = outputs.contains("logits") ? "logits" : outputs.get(0);
        output = graph.getVertex(name).getVertexIndex();
        dynamic = new boolean[vertices.length];
        needed = new boolean[vertices.length];
        markDynamic();
        markNeeded();
        if (!dynamic[output]) {
            throw new IllegalArgumentException(
                    "output \"" + name + "\" does not depend on input \"" + inputName + "\"");
        }
    }

    private void markDynamic() {
        dynamic[input] = true;
        for (int v : order) {
            for (VertexIndices source : sources(v)) {
                dynamic[v] |= dynamic[source.getVertexIndex()];
            }
        }
    }

    private void markNeeded() {
        needed[output] = true;
        for (int i = order.length - 1; i >= 0; i--) {
            if (needed[order[i]]) {
                for (VertexIndices source : sources(order[i])) {
                    needed[source.getVertexIndex()] = true;
                }
            }
        }
    }

    private VertexIndices[] sources(int vertex) {
        VertexIndices[] sources = vertices[vertex].getInputVertices();
        return sources == null ? new VertexIndices[0] : sources;
    }

    void context(String name, INDArray value, INDArray mask) {
        if (!networkInputs.contains(name) || name.equals(vertices[input].getVertexName())) {
            throw new IllegalArgumentException(
                    "no context for input \""
                            + name
                            + "\": the graph has inputs "
                            + networkInputs
                            + ", generated ids go into \""
                            + vertices[input].getVertexName()
                            + "\"");
        }
        context.put(name, new INDArray[] {value, mask});
    }

    void others(INDArray[] others) {
        if (others.length == 0) {
            return;
        }
        if (others.length != networkInputs.size() - 1) {
            throw new IllegalArgumentException(
                    "the graph has "
                            + (networkInputs.size() - 1)
                            + " inputs besides the generated ids, got "
                            + others.length);
        }
        int next = 0;
        for (String name : networkInputs) {
            if (!name.equals(vertices[input].getVertexName())) {
                context(name, others[next++], null);
            }
        }
    }

    /** Computes what does not depend on the decoded input. */
    void computeContext(int batch) {
        values = new INDArray[vertices.length];
        masks = new INDArray[vertices.length];
        origin = new int[batch];
        Arrays.setAll(origin, i -> i);
        for (int v : order) {
            if (needed[v] && !dynamic[v]) {
                if (vertices[v].isInputVertex()) {
                    read(v, batch);
                } else {
                    values[v] = run(v, values, masks, batch, detached, false, null);
                }
            }
        }
        for (int v : order) {
            if (!feedsDynamic(v)) {
                values[v] = null;
                masks[v] = null;
            }
        }
    }

    private boolean feedsDynamic(int vertex) {
        VertexIndices[] targets = vertices[vertex].getOutputVertices();
        return !dynamic[vertex]
                && targets != null
                && Arrays.stream(targets).anyMatch(t -> dynamic[t.getVertexIndex()]);
    }

    private void read(int vertex, int batch) {
        String name = vertices[vertex].getVertexName();
        INDArray[] given = context.get(name);
        if (given == null) {
            throw new IllegalStateException(
                    "input \"" + name + "\" has no value: call context before prefill");
        }
        if (given[0].size(0) != batch) {
            throw new IllegalArgumentException(
                    "input \""
                            + name
                            + "\" has "
                            + given[0].size(0)
                            + " rows, the prompts are "
                            + batch);
        }
        values[vertex] = given[0].castTo(dataType);
        masks[vertex] = given[1] == null ? null : given[1].castTo(dataType);
    }

    /**
     * Computes the next tokens.
     *
     * @param ids [batch, time]
     * @param mask [batch, time] or null
     * @return logits [batch, vocabulary] of the last token
     */
    INDArray next(INDArray ids, INDArray mask) {
        INDArray given = ids.castTo(dataType);
        if (ids.size(1) > 1) {
            return last(logits(given, mask, detached));
        }
        try (MemoryWorkspace step = oneStep.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
            return last(logits(given, mask, oneStep));
        }
    }

    private INDArray logits(INDArray ids, INDArray mask, LayerWorkspaceMgr workspaceMgr) {
        INDArray[] activations = values.clone();
        INDArray[] stepMasks = masks.clone();
        int batch = (int) ids.size(0);
        INDArray padding = mask == null ? null : mask.castTo(dataType);
        activations[input] = ids;
        stepMasks[input] = padding;
        for (int v : order) {
            if (needed[v] && dynamic[v] && v != input) {
                activations[v] = run(v, activations, stepMasks, batch, workspaceMgr, true, padding);
            }
        }
        return activations[output];
    }

    private INDArray last(INDArray logits) {
        if (logits.rank() != 3) {
            throw new IllegalStateException(
                    "output \""
                            + vertices[output].getVertexName()
                            + "\" must be [batch, time, vocabulary], got "
                            + Arrays.toString(logits.shape()));
        }
        long last = logits.size(1) - 1;
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return logits.get(NDArrayIndex.all(), NDArrayIndex.point(last), NDArrayIndex.all())
                    .dup('c');
        }
    }

    private INDArray run(
            int v,
            INDArray[] activations,
            INDArray[] m,
            int batch,
            LayerWorkspaceMgr workspaceMgr,
            boolean step,
            INDArray mask) {
        GraphVertex vertex = vertices[v];
        VertexIndices[] sources = sources(v);
        INDArray[] inputMasks = new INDArray[sources.length];
        for (int i = 0; i < sources.length; i++) {
            int source = sources[i].getVertexIndex();
            vertex.setInput(i, activations[source], workspaceMgr);
            inputMasks[i] = m[source];
        }
        boolean masked = Arrays.stream(inputMasks).anyMatch(x -> x != null);
        var passed =
                vertex.feedForwardMaskArrays(masked ? inputMasks : null, MaskState.Active, batch);
        m[v] = passed == null ? null : passed.getFirst();
        RecurrentLayer recurrent = step ? recurrent(vertex) : null;
        if (recurrent instanceof StepMask positional) {
            positional.setStepMask(mask);
        }
        INDArray out =
                recurrent == null
                        ? vertex.doForward(false, workspaceMgr)
                        : recurrent.rnnTimeStep(vertex.getInputs()[0], workspaceMgr);
        vertex.clear();
        clearMasks(vertex);
        return out;
    }

    private static void clearMasks(GraphVertex vertex) {
        if (vertex.getLayer() != null) {
            vertex.getLayer().setMaskArray(null);
        }
    }

    private static RecurrentLayer recurrent(GraphVertex vertex) {
        Layer layer = vertex.getLayer();
        while (layer instanceof BaseWrapperLayer wrapper) {
            layer = wrapper.getUnderlying();
        }
        return layer instanceof RecurrentLayer recurrent ? recurrent : null;
    }

    void reorder(int[] rows, int batch) {
        if (same(rows, batch)) {
            return;
        }
        for (int v : order) {
            RecurrentLayer layer = needed[v] && dynamic[v] ? recurrent(vertices[v]) : null;
            if (layer instanceof AttentionLayer attention) {
                attention.reorder(rows);
            } else if (layer != null) {
                Map<String, INDArray> state = new HashMap<>(layer.rnnGetPreviousState());
                state.replaceAll((key, array) -> pick(array, rows, batch));
                layer.rnnSetPreviousState(state);
            }
        }
        int[] moved = Arrays.stream(rows).map(row -> origin[row]).toArray();
        if (!Arrays.equals(moved, origin)) {
            for (int v : order) {
                values[v] = values[v] == null ? null : pick(values[v], rows, batch);
                masks[v] = masks[v] == null ? null : pick(masks[v], rows, batch);
            }
            origin = moved;
        }
    }

    private static boolean same(int[] rows, int batch) {
        boolean same = rows.length == batch;
        for (int i = 0; same && i < batch; i++) {
            same = rows[i] == i;
        }
        return same;
    }

    /** Rows along axis 0; arrays without a row for each sequence stay. */
    private static INDArray pick(INDArray array, int[] rows, int batch) {
        if (array.size(0) != batch) {
            return array;
        }
        long[] shape = array.shape().clone();
        shape[0] = rows.length;
        INDArray picked = Nd4j.createUninitialized(array.dataType(), shape, 'c');
        for (int i = 0; i < rows.length; i++) {
            row(picked, i).assign(row(array, rows[i]));
        }
        return picked;
    }

    private static INDArray row(INDArray array, int row) {
        return array.get(NDArrayIndex.interval(row, row + 1));
    }

    void clear() {
        for (GraphVertex vertex : vertices) {
            RecurrentLayer layer = recurrent(vertex);
            if (layer != null) {
                layer.rnnClearPreviousState();
            }
        }
        values = null;
        masks = null;
    }
}
