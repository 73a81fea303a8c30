package org.dl4jplugins.mtl.recon;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Identifies an architecture: vertices, their types, edges and parameter shapes. */
final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 in hexadecimal; values, updaters and other settings do not matter. */
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
            text.append('\n');
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
}
