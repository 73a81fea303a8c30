package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The gate of a gated feed-forward network (Shazeer 2020): inputs gate and up, in this order and of
 * one shape, give {@code act(gate) * up}. With SiLU it is the one of LLaMA (SwiGLU), with {@link
 * GeluTanh} the one of T5 1.1 and Flan-T5 (GEGLU).
 *
 * <pre>{@code
 * builder.addVertex("mlp.act", new GatedVertex(new ActivationSwish()), "mlp.gate_proj", "mlp.up_proj")
 * }</pre>
 */
public final class GatedVertex extends GraphVertex {
    private final IActivation activation;

    /**
     * A gate.
     *
     * @param activation an elementwise activation function
     * @throws IllegalArgumentException if null
     */
    public GatedVertex(@JsonProperty("activation") IActivation activation) {
        if (activation == null) {
            throw new IllegalArgumentException("activation must be set, got null");
        }
        this.activation = activation;
    }

    /**
     * The function of the gate.
     *
     * @return an activation function
     */
    public IActivation getActivation() {
        return activation;
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return 2;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        if (vertexInputs.length != 2 || !vertexInputs[0].equals(vertexInputs[1])) {
            throw new InvalidInputTypeException(
                    "Gate and up must have equal types, got " + Arrays.toString(vertexInputs));
        }
        return vertexInputs[0];
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputTypes) {
        return new LayerMemoryReport.Builder(
                        null, getClass(), inputTypes[0], getOutputType(-1, inputTypes))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new GatedRuntime(graph, name, idx, activation, networkDatatype);
    }

    @Override
    public GatedVertex clone() {
        return new GatedVertex(activation);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GatedVertex v && v.activation.equals(activation);
    }

    @Override
    public int hashCode() {
        return Objects.hash(GatedVertex.class, activation);
    }

    @Override
    public String toString() {
        return "GatedVertex(activation=" + activation + ")";
    }
}
