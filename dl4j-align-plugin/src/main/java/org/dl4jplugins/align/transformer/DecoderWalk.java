package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
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

    private final VertexRun run;
    private final GraphVertex[] vertices;
    private final DecoderInputs inputs;
    private final DataType dataType;
    private final int input;
    private final int output;
    private final boolean[] dynamic;
    private final boolean[] needed;
    private INDArray[] values; // of vertices that do not depend on the decoded input
    private INDArray[] masks;
    private int[] origin; // row of the context that each sequence belongs to

    DecoderWalk(ComputationGraph graph, String inputName) {
        inputs = new DecoderInputs(graph.getConfiguration().getNetworkInputs(), inputName);
        run = new VertexRun(graph);
        vertices = run.vertices();
        dataType = graph.getConfiguration().getDataType();
        input = graph.getVertex(inputName).getVertexIndex();
        List<String> outputs = graph.getConfiguration().getNetworkOutputs();
        String name = outputs.contains("logits") ? "logits" : outputs.get(0);
        output = graph.getVertex(name).getVertexIndex();
        dynamic = run.dependingOn(input);
        needed = run.neededFor(output);
        if (!dynamic[output]) {
            throw new IllegalArgumentException(
                    "output \"" + name + "\" does not depend on input \"" + inputName + "\"");
        }
        for (int v : run.order()) {
            requireSequence(v, inputName);
        }
    }

    private void requireSequence(int v, String inputName) {
        if (needed[v]
                && dynamic[v]
                && vertices[v] instanceof PrefillOnly
                && !dynamic[run.sources(v)[0].getVertexIndex()]) {
            throw new IllegalArgumentException(
                    "vertex \""
                            + vertices[v].getVertexName()
                            + "\" is left out after the prompt, so its first input must depend on"
                            + " input \""
                            + inputName
                            + "\"");
        }
    }

    DecoderInputs inputs() {
        return inputs;
    }

    /** Names of further inputs that the output depends on. */
    Set<String> furtherInputs() {
        Set<String> names = new LinkedHashSet<>();
        for (int v : run.order()) {
            if (needed[v] && !dynamic[v] && vertices[v].isInputVertex()) {
                names.add(vertices[v].getVertexName());
            }
        }
        return names;
    }

    /** Computes what does not depend on the decoded input. */
    void computeContext(int batch) {
        values = new INDArray[vertices.length];
        masks = new INDArray[vertices.length];
        origin = new int[batch];
        Arrays.setAll(origin, i -> i);
        for (int v : run.order()) {
            if (needed[v] && !dynamic[v]) {
                if (vertices[v].isInputVertex()) {
                    read(v, batch);
                } else {
                    values[v] = run.forward(v, values, masks, batch, detached);
                }
            }
        }
        keepFor(false);
    }

    private void read(int vertex, int batch) {
        INDArray[] given = inputs.get(vertices[vertex].getVertexName(), batch);
        values[vertex] = given[0].castTo(dataType);
        masks[vertex] = given[1] == null ? null : given[1].castTo(dataType);
    }

    /** Lets all go that neither the prompt nor, if it is over, later steps read. */
    private void keepFor(boolean steps) {
        for (int v : run.order()) {
            boolean read =
                    !dynamic[v]
                            && Arrays.stream(run.targets(v))
                                    .mapToInt(target -> target.getVertexIndex())
                                    .anyMatch(t -> dynamic[t] && !(steps && passes(t)));
            if (!read) {
                values[v] = null;
                masks[v] = null;
            }
        }
    }

    /** Whether later steps hand the first input of a vertex on. */
    private boolean passes(int vertex) {
        return vertices[vertex] instanceof PrefillOnly;
    }

    /**
     * Computes the prompts' tokens.
     *
     * @param ids [batch, time]
     * @param mask [batch, time] or null
     * @return logits [batch, vocabulary] of the last token
     */
    INDArray prefill(INDArray ids, INDArray mask) {
        INDArray logits = last(logits(ids.castTo(dataType), mask, detached, true));
        keepFor(true);
        return logits;
    }

    /**
     * Computes the next tokens.
     *
     * @param ids [batch, 1]
     * @return logits [batch, vocabulary]
     */
    INDArray next(INDArray ids) {
        INDArray given = ids.castTo(dataType);
        try (MemoryWorkspace step = oneStep.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
            return last(logits(given, null, oneStep, false));
        }
    }

    private INDArray logits(
            INDArray ids, INDArray mask, LayerWorkspaceMgr workspaceMgr, boolean prompt) {
        INDArray[] activations = values.clone();
        INDArray[] stepMasks = masks.clone();
        int batch = (int) ids.size(0);
        INDArray padding = mask == null ? null : mask.castTo(dataType);
        activations[input] = ids;
        stepMasks[input] = padding;
        for (int v : run.order()) {
            if (!needed[v] || !dynamic[v] || v == input) {
                continue;
            }
            if (!prompt && passes(v)) {
                int first = run.sources(v)[0].getVertexIndex();
                activations[v] = activations[first];
                stepMasks[v] = stepMasks[first];
            } else {
                activations[v] = run.step(v, activations, stepMasks, batch, workspaceMgr, padding);
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

    void reorder(int[] rows, int batch) {
        if (SequenceRows.same(rows, batch)) {
            return;
        }
        for (int v : run.order()) {
            RecurrentLayer layer =
                    needed[v] && dynamic[v] ? VertexRun.recurrent(vertices[v]) : null;
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
            for (int v : run.order()) {
                values[v] = values[v] == null ? null : pick(values[v], rows, batch);
                masks[v] = masks[v] == null ? null : pick(masks[v], rows, batch);
            }
            origin = moved;
        }
    }

    /** Rows along axis 0; arrays without a row for each sequence stay. */
    private static INDArray pick(INDArray array, int[] rows, int batch) {
        return array.size(0) == batch ? SequenceRows.pick(array, rows) : array;
    }

    void clear() {
        for (GraphVertex vertex : vertices) {
            RecurrentLayer layer = VertexRun.recurrent(vertex);
            if (layer != null) {
                layer.rnnClearPreviousState();
            }
        }
        values = null;
        masks = null;
    }
}
