package org.dl4jplugins.cl.importance;

import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Which parameters of a graph no training moves: those of a {@link FrozenLayer}, and those with the
 * updater {@link NoOp} of layers that compute no gradient for them, such as the base of LoRA.
 *
 * <p>DL4J subtracts the raw gradient, if there is one, where the updater is NoOp: a step of SGD
 * with learning rate 1. DL4J's own layers always compute one, so that NoOp does not freeze them. As
 * this is hardly what was meant, graphs with such a layer are refused. Layers of others with NoOp
 * are taken at their word.
 */
public final class FrozenParameters {

    private static final String STOCK = "org.deeplearning4j.";

    private FrozenParameters() {}

    /**
     * Whether a parameter stands still; running statistics of batch normalization in training do
     * not.
     *
     * @param graph an initialized graph
     * @param name of the parameter, such as {@code dense_W}
     * @throws IllegalArgumentException if it is that of a layer of DL4J with the updater NoOp; the
     *     message names it
     */
    public static boolean contains(ComputationGraph graph, String name) {
        int split = name.lastIndexOf('_');
        GraphVertex vertex = graph.getVertex(name.substring(0, split));
        String key = name.substring(split + 1);
        if (vertex.getLayer() instanceof FrozenLayer) {
            return true;
        }
        if (!vertex.updaterDivideByMinibatch(key)
                || !(vertex.getConfig().getUpdaterByParam(key) instanceof NoOp)) {
            return false;
        }
        if (vertex.getConfig() instanceof Layer layer
                && layer.getClass().getName().startsWith(STOCK)
                && !(vertex.getLayer() instanceof FrozenLayerWithBackprop)) {
            throw new IllegalArgumentException(
                    "Parameter '"
                            + name
                            + "' has the updater NoOp, with which DL4J subtracts its raw gradient"
                            + " at each step: put layer '"
                            + vertex.getVertexName()
                            + "' into a FrozenLayer if it shall stand still, or give it Sgd(1) if"
                            + " it shall learn so");
        }
        return true;
    }
}
