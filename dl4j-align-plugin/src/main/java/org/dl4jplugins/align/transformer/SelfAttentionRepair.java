package org.dl4jplugins.align.transformer;

import java.util.Map;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Replaces DL4J's attention layers, whose gradients are wrong in 1.0.0-M2.1, in a graph.
 *
 * <p>All of them are differentiated by SameDiff, which doubles the gradient there: of the layer
 * itself and of everything below it, so that two such layers in a row make a factor of 4 below
 * both. Adam hides it in part; plain gradient descent, gradient clipping and weight decay do not.
 * After the repair a learning rate found with the stock layers may be too small.
 */
public final class SelfAttentionRepair {
    private SelfAttentionRepair() {}

    /**
     * A graph with the same parameters and outputs and with correct gradients: {@link
     * SelfAttention}, {@link LearnedSelfAttention}, {@link RecurrentAttention} and {@link
     * ProjectedAttentionVertex} stand where the stock ones were.
     *
     * <p>Updater state starts at zero, as the old one holds doubled gradients; listeners are not
     * taken over.
     *
     * @param graph an initialized graph, which is not changed
     * @return a new graph
     * @throws DL4JInvalidConfigException if a stock attention layer is inside another layer (such
     *     as a frozen one), where it cannot be replaced
     */
    public static ComputationGraph repair(ComputationGraph graph) {
        ComputationGraphConfiguration conf = graph.getConfiguration().clone();
        Map<String, GraphVertex> originals = graph.getConfiguration().getVertices();
        for (Map.Entry<String, GraphVertex> entry : conf.getVertices().entrySet()) {
            GraphVertex original = originals.get(entry.getKey());
            if (original instanceof AttentionVertex vertex) {
                entry.setValue(ProjectedAttentionVertex.of(vertex));
            } else if (entry.getValue() instanceof LayerVertex vertex) {
                vertex.getLayerConf().setLayer(repaired(vertex.getLayerConf().getLayer()));
            }
        }
        refuseLeftovers(conf);
        ComputationGraph repaired = new ComputationGraph(conf);
        repaired.init(graph.params().dup(), false);
        return repaired;
    }

    private static Layer repaired(Layer layer) {
        if (layer.getClass() == SelfAttentionLayer.class) {
            return SelfAttention.of((SelfAttentionLayer) layer);
        }
        if (layer.getClass() == LearnedSelfAttentionLayer.class) {
            return LearnedSelfAttention.of((LearnedSelfAttentionLayer) layer);
        }
        if (layer.getClass() == RecurrentAttentionLayer.class) {
            return RecurrentAttention.of((RecurrentAttentionLayer) layer);
        }
        return layer;
    }

    private static void refuseLeftovers(ComputationGraphConfiguration conf) {
        String json = conf.toJson();
        for (Class<?> stock :
                new Class<?>[] {
                    SelfAttentionLayer.class,
                    LearnedSelfAttentionLayer.class,
                    RecurrentAttentionLayer.class
                }) {
            if (json.contains('"' + stock.getName() + '"')) {
                throw new DL4JInvalidConfigException(
                        "A "
                                + stock.getSimpleName()
                                + " is wrapped into another layer, where it cannot be replaced:"
                                + " unwrap it first");
            }
        }
    }
}
