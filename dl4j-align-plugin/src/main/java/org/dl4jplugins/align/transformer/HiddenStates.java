package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a model makes of the tokens of texts: the hidden states that its head reads, or the output
 * of another vertex. Only what these depend on is computed, at inference.
 *
 * <pre>{@code
 * HiddenStates hidden = new HiddenStates(graph);
 * TokenBatch batch = tokenizer.batch(texts, EncodingOptions.defaults());
 * TokenStates states = hidden.of(batch.ids(), batch.mask());
 * }</pre>
 *
 * <p>Uses the graph's vertices: on one thread, and not while the graph trains.
 */
public final class HiddenStates {
    private static final String IDS = "input_ids";

    private final LayerWorkspaceMgr detached = LayerWorkspaceMgr.noWorkspaces();
    private final VertexRun run;
    private final List<String> networkInputs;
    private final DataType dataType;
    private final String idsInput;
    private final int vertex;
    private final boolean[] needed;

    /**
     * The states that the head of output "logits", else of the first output, reads: of a LLaMA the
     * final norm, of a T5 that of its decoder. The head is the loss layer or, if that has no
     * parameters, the vertex in front of it; a graph without a loss layer gives its output.
     *
     * @param graph an initialized model
     * @throws IllegalArgumentException if the graph has several inputs, none of them "input_ids"
     */
    public HiddenStates(ComputationGraph graph) {
        this(graph, beforeHead(graph));
    }

    /**
     * The output of a vertex.
     *
     * @param graph an initialized model
     * @param vertex its name, such as "encoder.final_layer_norm" of a T5
     * @throws IllegalArgumentException if there is no such vertex, or the graph has several inputs,
     *     none of them "input_ids"
     */
    public HiddenStates(ComputationGraph graph, String vertex) {
        networkInputs = graph.getConfiguration().getNetworkInputs();
        if (graph.getVertex(vertex) == null || networkInputs.contains(vertex)) {
            throw new IllegalArgumentException(
                    "vertex must be one of "
                            + graph.getConfiguration().getVertices().keySet()
                            + ", got \""
                            + vertex
                            + "\"");
        }
        if (networkInputs.size() > 1 && !networkInputs.contains(IDS)) {
            throw new IllegalArgumentException(
                    "inputs of the graph must be one, or \""
                            + IDS
                            + "\" among them, got "
                            + networkInputs);
        }
        this.idsInput = networkInputs.contains(IDS) ? IDS : networkInputs.get(0);
        this.run = new VertexRun(graph);
        this.dataType = graph.getConfiguration().getDataType();
        this.vertex = graph.getVertex(vertex).getVertexIndex();
        this.needed = run.neededFor(this.vertex);
    }

    private static String beforeHead(ComputationGraph graph) {
        List<String> outputs = graph.getConfiguration().getNetworkOutputs();
        GraphVertex vertex =
                graph.getVertex(outputs.contains("logits") ? "logits" : outputs.get(0));
        if (!(vertex.getLayer() instanceof IOutputLayer loss)) {
            return vertex.getVertexName();
        }
        GraphVertex head = loss.numParams() > 0 ? vertex : source(graph, vertex);
        return source(graph, head).getVertexName();
    }

    private static GraphVertex source(ComputationGraph graph, GraphVertex vertex) {
        VertexIndices[] sources = vertex.getInputVertices();
        if (sources == null || sources.length == 0) {
            throw new IllegalArgumentException(
                    "nothing lies before \"" + vertex.getVertexName() + "\": name a vertex");
        }
        return graph.getVertices()[sources[0].getVertexIndex()];
    }

    /** {@return the name of the vertex whose output is given} */
    public String vertex() {
        return run.vertices()[vertex].getVertexName();
    }

    /**
     * The states of texts.
     *
     * @param ids [batch, time]
     * @param mask [batch, time], 1 for tokens and 0 for padding, or null for no padding
     * @return a state for each token
     * @throws IllegalArgumentException as {@link #of(INDArray, INDArray, PromptInputs)} does
     */
    public TokenStates of(INDArray ids, INDArray mask) {
        return of(ids, mask, PromptInputs.none());
    }

    /**
     * The states of texts that bring further inputs along.
     *
     * @param ids [batch, time], for input "input_ids", else the only one
     * @param mask [batch, time], 1 for tokens and 0 for padding, or null for no padding
     * @param others inputs besides, such as images, or "decoder_input_ids" for the states of a
     *     decoder
     * @return a state for each token; behind an encoder, for each of the decoder's
     * @throws IllegalArgumentException if shapes do not fit, an input is unknown, one that the
     *     states depend on is missing, or the vertex does not give [batch, time, width]
     */
    public TokenStates of(INDArray ids, INDArray mask, PromptInputs others) {
        if (ids.rank() != 2 || (mask != null && !mask.equalShapes(ids))) {
            throw new IllegalArgumentException(
                    "ids and mask must be [batch, time], got "
                            + Arrays.toString(ids.shape())
                            + " and "
                            + (mask == null ? "no mask" : Arrays.toString(mask.shape())));
        }
        requireInputs(others, ids.size(0));
        INDArray[] values = new INDArray[needed.length];
        INDArray[] masks = new INDArray[needed.length];
        int[] readers = readers();
        for (int v : run.order()) {
            if (!needed[v]) {
                continue;
            }
            String name = run.vertices()[v].getVertexName();
            if (name.equals(idsInput)) {
                values[v] = ids.castTo(dataType);
                masks[v] = mask == null ? null : mask.castTo(dataType);
            } else if (run.vertices()[v].isInputVertex()) {
                INDArray given = others.mask(name);
                values[v] = others.values(name).castTo(dataType);
                masks[v] = given == null ? null : given.castTo(dataType);
            } else {
                values[v] = run.forward(v, values, masks, (int) ids.size(0), detached);
                for (VertexIndices source : run.sources(v)) {
                    if (--readers[source.getVertexIndex()] == 0) {
                        values[source.getVertexIndex()] = null;
                    }
                }
            }
        }
        return states(values[vertex], masks[vertex]);
    }

    /** By vertex: how many needed inputs it feeds. */
    private int[] readers() {
        int[] readers = new int[needed.length];
        for (int v : run.order()) {
            if (needed[v]) {
                for (VertexIndices source : run.sources(v)) {
                    readers[source.getVertexIndex()]++;
                }
            }
        }
        return readers;
    }

    private void requireInputs(PromptInputs others, long batch) {
        Set<String> missing = new LinkedHashSet<>();
        for (int v : run.order()) {
            if (needed[v] && run.vertices()[v].isInputVertex()) {
                missing.add(run.vertices()[v].getVertexName());
            }
        }
        missing.remove(idsInput);
        for (String name : others.names()) {
            if (!networkInputs.contains(name) || name.equals(idsInput)) {
                throw new IllegalArgumentException(
                        "inputs besides \""
                                + idsInput
                                + "\" must be among "
                                + networkInputs
                                + ", got \""
                                + name
                                + "\"");
            }
            if (others.values(name).size(0) != batch) {
                throw new IllegalArgumentException(
                        "input \""
                                + name
                                + "\" must have a row for each of the "
                                + batch
                                + " texts, got "
                                + others.values(name).size(0));
            }
            missing.remove(name);
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "\"" + vertex() + "\" depends on further inputs that are missing: " + missing);
        }
    }

    private TokenStates states(INDArray values, INDArray mask) {
        if (values.rank() != 3) {
            throw new IllegalArgumentException(
                    "vertex must give [batch, time, width], but \""
                            + vertex()
                            + "\" gives "
                            + Arrays.toString(values.shape()));
        }
        long batch = values.size(0);
        long time = values.size(1);
        if (mask == null) {
            return new TokenStates(values, Nd4j.ones(dataType, batch, time));
        }
        return new TokenStates(values.mul(mask.reshape('c', batch, time, 1)), mask);
    }
}
