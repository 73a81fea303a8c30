package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The running {@link AttentionVertex}: a vertex of several inputs with a layer inside that holds
 * the state between time steps.
 */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class AttentionRuntime extends LayerVertex {
    private static final long serialVersionUID = 1L;

    private final AttentionLayer attention;
    private boolean wired;

    AttentionRuntime(
            ComputationGraph graph,
            String name,
            int index,
            AttentionVertex conf,
            DataType dataType) {
        this(graph, name, index, new AttentionLayer(conf, name, dataType), dataType);
    }

    private AttentionRuntime(
            ComputationGraph graph,
            String name,
            int index,
            AttentionLayer attention,
            DataType dataType) {
        super(graph, name, index, attention, null, false, dataType);
        this.attention = attention;
        attention.readFrom(this::getInputs);
    }

    @Override
    public boolean hasLayer() {
        return !wired || inputs.length > 0 && inputs[0] != null;
    }

    @Override
    public void setInputVertices(VertexIndices[] sources) {
        for (int i = 0; i < sources.length; i++) {
            if (sources[i].getVertexEdgeNumber() != i) {
                throw new IllegalArgumentException(
                        "Vertex "
                                + vertexName
                                + ": queries, keys, values and bias must come from different"
                                + " vertices, but input "
                                + i
                                + " is input "
                                + sources[i].getVertexEdgeNumber()
                                + " as well");
            }
        }
        super.setInputVertices(sources);
        wired = true;
    }

    @Override
    public void setInput(int number, INDArray input, LayerWorkspaceMgr workspaceMgr) {
        if (number >= inputs.length) {
            throw new IllegalArgumentException(
                    "Vertex " + vertexName + " has " + inputs.length + " inputs, not " + number);
        }
        inputs[number] = input;
    }

    @Override
    public void setLayerAsFrozen() {
        // nothing to freeze: there are no parameters
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoForward()) {
            throw new IllegalStateException("Vertex " + vertexName + ": inputs not set");
        }
        return attention.activate(training, workspaceMgr);
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoBackward()) {
            throw new IllegalStateException("Vertex " + vertexName + ": inputs or epsilon not set");
        }
        return new Pair<>(new DefaultGradient(), attention.backward(epsilon, workspaceMgr));
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        INDArray queries = maskArrays == null ? null : maskArrays[0];
        INDArray keys = maskArrays == null ? null : maskArrays[1];
        attention.setMasks(queries, keys);
        return new Pair<>(queries, currentMaskState);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "AttentionRuntime(" + vertexName + ")";
    }
}
