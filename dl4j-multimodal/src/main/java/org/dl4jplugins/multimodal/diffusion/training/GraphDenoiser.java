package org.dl4jplugins.multimodal.diffusion.training;

import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.Denoiser;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph with inputs x_t, [batch, any shape], t from 0 to 1, [batch, 1], and any conditions, as a
 * denoiser: what {@link DenoisingObjective} trains.
 */
public final class GraphDenoiser implements Denoiser {

    private final ComputationGraph graph;
    private final INDArray[] conditions;

    /**
     * Takes a graph with its conditions.
     *
     * @param graph has one output, of the shape of x_t
     * @param conditions [batch, any shape], as many rows as will be sampled
     * @throws IllegalArgumentException if the graph has another number of inputs or outputs
     */
    public GraphDenoiser(ComputationGraph graph, INDArray... conditions) {
        this.graph = Objects.requireNonNull(graph, "graph");
        this.conditions = conditions.clone();
        int inputs = graph.getNumInputArrays();
        Check.that(
                inputs == conditions.length + 2,
                "conditions",
                conditions.length,
                (inputs - 2) + " for a graph of " + inputs + " inputs");
        Check.that(graph.getNumOutputArrays() == 1, "outputs", graph.getNumOutputArrays(), "one");
    }

    @Override
    public INDArray predict(INDArray x, double t) {
        INDArray[] inputs = new INDArray[conditions.length + 2];
        inputs[0] = x;
        inputs[1] = Nd4j.valueArrayOf(new long[] {x.size(0), 1}, t, x.dataType());
        System.arraycopy(conditions, 0, inputs, 2, conditions.length);
        // Labels of the last training batch would pass for this batch's size.
        graph.setLabels((INDArray[]) null);
        return graph.outputSingle(inputs);
    }
}
