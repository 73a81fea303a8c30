package org.dl4jplugins.mtl.recon;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Identifies an architecture: vertices, their types, edges, parameter shapes and what else decides
 * the function, such as strides, padding, activation functions, preprocessors and losses.
 */
final class Fingerprint {
    /** What matters for the training only, or for speed. */
    private static final List<String> TRAINING =
            List.of(
                    "layerName",
                    "iUpdater",
                    "iupdater",
                    "biasUpdater",
                    "regularization",
                    "regularizationBias",
                    "weightInitFn",
                    "weightInitFnRecurrent",
                    "biasInit",
                    "gainInit",
                    "forgetGateBiasInit",
                    "gradientNormalization",
                    "gradientNormalizationThreshold",
                    "idropout",
                    "iDropout",
                    "weightNoise",
                    "constraints",
                    "allParamConstraints",
                    "weightConstraints",
                    "biasConstraints",
                    "recurrentConstraints",
                    "inputWeightConstraints",
                    "decay",
                    "isMinibatch",
                    "minibatch",
                    "cudnnAllowFallback",
                    "cudnnAlgoMode",
                    "cudnnFwdMode",
                    "cudnnFwdAlgo",
                    "cudnnBwdFilterMode",
                    "cudnnBwdFilterAlgo",
                    "cudnnBwdDataMode",
                    "cudnnBwdDataAlgo",
                    "helperAllowFallback");

    private Fingerprint() {}

    /**
     * SHA-256 in hexadecimal; values, updaters and other settings of the training do not matter.
     */
    static String of(GraphStructure structure) {
        ComputationGraphConfiguration conf = structure.configuration();
        StringBuilder text = new StringBuilder();
        text.append(conf.getNetworkInputs()).append(conf.getNetworkOutputs()).append('\n');
        for (String name : new TreeSet<>(conf.getVertices().keySet())) {
            GraphVertex vertex = conf.getVertices().get(name);
            Class<?> type =
                    vertex instanceof LayerVertex layerVertex
                            ? layerVertex.getLayerConf().getLayer().getClass()
                            : vertex.getClass();
            text.append(name).append('|').append(type.getName()).append('|');
            text.append(conf.getVertexInputs().get(name));
            TreeMap<String, INDArray> parameters =
                    new TreeMap<>(structure.graph().getVertex(name).paramTable(false));
            parameters.forEach(
                    (key, value) ->
                            text.append('|').append(key).append(Arrays.toString(value.shape())));
            text.append('|').append(function(vertex)).append('\n');
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String function(GraphVertex vertex) {
        try {
            ObjectMapper json = NeuralNetConfiguration.mapper();
            if (!(vertex instanceof LayerVertex layer)) {
                return json.writeValueAsString(vertex);
            }
            JsonNode settings =
                    json.readTree(json.writeValueAsString(layer.getLayerConf().getLayer()));
            TRAINING.forEach(name -> remove(settings, name));
            return settings + json.writeValueAsString(layer.getPreProcessor());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Vertex cannot be written as JSON: " + vertex, e);
        }
    }

    /** Also from the layers that wrappers hold. */
    private static void remove(JsonNode settings, String name) {
        if (settings instanceof ObjectNode object) {
            object.remove(name);
        }
        settings.forEach(child -> remove(child, name));
    }
}
