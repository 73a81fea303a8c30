package org.dl4jplugins.mtl.recon;

import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.dl4jplugins.mtl.stream.StreamBatchNormalization;
import org.dl4jplugins.mtl.stream.StreamPreProcessor;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Copies of vertex configurations. They go through JSON because DL4J's {@code clone()} is shallow
 * for several layers (shared dropout state, shared inner layers).
 */
final class VertexCopies {
    private static final Set<Class<?>> KEEP_THE_BATCH =
            Set.of(
                    CnnToFeedForwardPreProcessor.class,
                    Cnn3DToFeedForwardPreProcessor.class,
                    FeedForwardToCnnPreProcessor.class,
                    FeedForwardToCnn3DPreProcessor.class);

    private VertexCopies() {}

    /** A copy under a name of its own. */
    static GraphVertex named(GraphVertex vertex, String name) {
        GraphVertex copy = copy(vertex);
        if (copy instanceof LayerVertex layerVertex) {
            layerVertex.getLayerConf().getLayer().setLayerName(name);
        }
        return copy;
    }

    /** A copy that works on stacked streams. */
    static GraphVertex onStreams(GraphVertex vertex, int streams) {
        GraphVertex copy = copy(vertex);
        if (copy instanceof LayerVertex layerVertex) {
            NeuralNetConfiguration conf = layerVertex.getLayerConf();
            Layer layer = conf.getLayer();
            if (layer.getClass() == BatchNormalization.class) {
                conf.setLayer(StreamBatchNormalization.of((BatchNormalization) layer, streams));
            }
            return new LayerVertex(conf, onStreams(layerVertex.getPreProcessor(), streams));
        }
        if (copy instanceof PreprocessorVertex preprocessorVertex) {
            preprocessorVertex.setPreProcessor(
                    onStreams(preprocessorVertex.getPreProcessor(), streams));
        }
        return copy;
    }

    private static InputPreProcessor onStreams(InputPreProcessor inner, int streams) {
        return inner == null || KEEP_THE_BATCH.contains(inner.getClass())
                ? inner
                : new StreamPreProcessor(inner, streams);
    }

    private static GraphVertex copy(GraphVertex vertex) {
        ObjectMapper mapper = NeuralNetConfiguration.mapper();
        try {
            GraphVertex copy =
                    mapper.readValue(mapper.writeValueAsString(vertex), GraphVertex.class);
            if (copy instanceof LayerVertex layerVertex) {
                layerVertex.getLayerConf().setIterationCount(0);
                layerVertex.getLayerConf().setEpochCount(0);
            }
            return copy;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "vertex of type "
                            + vertex.getClass().getName()
                            + " cannot be copied through JSON: "
                            + e.getOriginalMessage(),
                    e);
        }
    }
}
