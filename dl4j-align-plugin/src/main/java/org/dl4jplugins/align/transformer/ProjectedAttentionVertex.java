package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's {@link AttentionVertex} (attention with its own projections, [batch, width, time]) with a
 * correct backward pass.
 *
 * <p>In DL4J 1.0.0-M2.1 the stock vertex hands on exactly twice the gradient, to its own parameters
 * and to all layers below, and keeps the masks of one batch for later batches without masks. This
 * one halves the gradient and forgets the masks. All else is the stock vertex's.
 *
 * @see SelfAttentionRepair
 */
public final class ProjectedAttentionVertex extends AttentionVertex {

    /** For reading JSON; use {@link #of}. */
    ProjectedAttentionVertex() {
        super();
    }

    /**
     * The same vertex with a correct backward pass.
     *
     * @param vertex a stock vertex, which is not changed
     * @return a copy with all settings
     */
    public static ProjectedAttentionVertex of(AttentionVertex vertex) {
        ProjectedAttentionVertex copy = new ProjectedAttentionVertex();
        copy.setNInKeys(vertex.getNInKeys());
        copy.setNInValues(vertex.getNInValues());
        copy.setNInQueries(vertex.getNInQueries());
        copy.setNOut(vertex.getNOut());
        copy.setHeadSize(vertex.getHeadSize());
        copy.setNHeads(vertex.getNHeads());
        copy.setProjectInput(vertex.isProjectInput());
        copy.setWeightInit(vertex.getWeightInit());
        copy.setRegularization(vertex.getRegularization());
        copy.setRegularizationBias(vertex.getRegularizationBias());
        copy.setUpdater(vertex.getUpdater());
        copy.setBiasUpdater(vertex.getBiasUpdater());
        copy.setGradientNormalization(vertex.getGradientNormalization());
        copy.setGradientNormalizationThreshold(vertex.getGradientNormalizationThreshold());
        copy.setDataType(vertex.getDataType());
        return copy;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        setName(name);
        return new HalvedVertexRuntime(
                this, graph, name, idx, paramsView, initializeParams, networkDatatype);
    }

    @Override
    public ProjectedAttentionVertex clone() {
        return of(this);
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof ProjectedAttentionVertex;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProjectedAttentionVertex && super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode() + 1;
    }
}
