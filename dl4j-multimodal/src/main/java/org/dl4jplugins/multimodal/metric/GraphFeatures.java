package org.dl4jplugins.multimodal.metric;

import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The activations of one vertex of a graph at inference: of a dense layer as they are, of a
 * convolutional one averaged over the picture.
 *
 * @param graph with pictures as its only input
 * @param vertex a name such as {@code "pool"}
 */
public record GraphFeatures(ComputationGraph graph, String vertex) implements ImageFeatures {

    /**
     * Checks that there is such a vertex.
     *
     * @throws IllegalArgumentException naming the vertices that there are
     */
    public GraphFeatures {
        if (graph.getVertex(vertex) == null) {
            throw new IllegalArgumentException(
                    "vertex must be one of "
                            + graph.getConfiguration().getVertices().keySet()
                            + ", got '"
                            + vertex
                            + "'");
        }
    }

    @Override
    public INDArray features(INDArray images) {
        INDArray activations = graph.feedForward(images, false).get(vertex);
        return switch (activations.rank()) {
            case 2 -> activations.dup('c');
            case 4 -> activations.mean(2, 3);
            default ->
                    throw new IllegalArgumentException(
                            "vertex "
                                    + vertex
                                    + " must give [batch, features] or [batch, channel, height,"
                                    + " width], got "
                                    + Arrays.toString(activations.shape()));
        };
    }
}
