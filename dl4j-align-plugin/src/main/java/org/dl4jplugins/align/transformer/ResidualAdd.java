package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sum of two activations of equal shape, of any rank.
 *
 * <p>The mask of the output is that of the first input, or of the second where the first has none;
 * the stock {@link org.deeplearning4j.nn.conf.graph.ElementWiseVertex} drops it as soon as one is
 * missing, and joins the two in each block.
 *
 * <p>In place, a training step with workspaces writes the sum over the second input, which is worth
 * an array for each block of a transformer. That is so only where no other vertex reads the second
 * input; listeners that look at activations then see the sum under its name.
 */
public final class ResidualAdd extends GraphVertex {
    private boolean inPlace;

    /** A sum in an array of its own. */
    public ResidualAdd() {
        this(false);
    }

    /**
     * A sum.
     *
     * @param inPlace whether a training step may write it over the second input, which must come
     *     from a vertex that does not need its output for its backward pass, as linear layers
     *     without activation function, dropout and embeddings do not
     */
    public ResidualAdd(boolean inPlace) {
        this.inPlace = inPlace;
    }

    /**
     * Whether a training step may write the sum over the second input.
     *
     * @return false by default
     */
    public boolean isInPlace() {
        return inPlace;
    }

    /**
     * Sets whether a training step may write the sum over the second input; for reading JSON.
     *
     * @param inPlace whether it may
     */
    public void setInPlace(boolean inPlace) {
        this.inPlace = inPlace;
    }

    @Override
    public ResidualAdd clone() {
        return new ResidualAdd(inPlace);
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
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new ResidualAddRuntime(graph, name, idx, inPlace, networkDatatype);
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
        return other instanceof ResidualAdd sum && sum.inPlace == inPlace;
    }

    @Override
    public int hashCode() {
        return 31 * ResidualAdd.class.hashCode() + Boolean.hashCode(inPlace);
    }

    @Override
    public String toString() {
        return inPlace ? "ResidualAdd(inPlace)" : "ResidualAdd()";
    }
}
