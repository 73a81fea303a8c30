package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Token ids [batch, time] of one value, in the shape of its input [batch, time, ...]: the token
 * types of a text without segments.
 */
public final class ConstantTokens extends GraphVertex {
    private final int token;

    /**
     * A vertex.
     *
     * @param token the value, at least 0
     * @throws IllegalArgumentException if the value is negative
     */
    public ConstantTokens(@JsonProperty("token") int token) {
        if (token < 0) {
            throw new IllegalArgumentException("token is " + token + ", must be at least 0");
        }
        this.token = token;
    }

    /**
     * The value.
     *
     * @return at least 0
     */
    public int getToken() {
        return token;
    }

    @Override
    public ConstantTokens clone() {
        return new ConstantTokens(token);
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 1;
    }

    @Override
    public int maxVertexInputs() {
        return 1;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new ConstantTokensRuntime(graph, name, idx, networkDatatype, token);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        return vertexInputs[0];
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputTypes) {
        return new LayerMemoryReport.Builder(null, getClass(), inputTypes[0], inputTypes[0])
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConstantTokens v && v.token == token;
    }

    @Override
    public int hashCode() {
        return ConstantTokens.class.hashCode() + token;
    }

    @Override
    public String toString() {
        return "ConstantTokens(" + token + ")";
    }
}
