package org.dl4jplugins.multimodal.uvit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.core.io.TensorSource;
import org.dl4jplugins.core.io.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights in the layout of the published checkpoints: PyTorch's names and shapes, queries, keys and
 * values in one matrix, the data type's position apart from the others. Only one tensor at a time
 * is in memory beside the network.
 *
 * <pre>{@code
 * UViTWeights weights = new UViTWeights(UViTConfig.published());
 * weights.load(graph, Path.of("bidiffuser.safetensors"));
 * }</pre>
 */
public final class UViTWeights {
    private static final String MARK = UViTParts.POSITIONS;
    private static final int LISTED = 5;

    private final List<TensorLayout> layout;

    /**
     * The layout of a configuration.
     *
     * @param config sizes
     */
    public UViTWeights(UViTConfig config) {
        layout = PublishedLayout.of(config);
    }

    /**
     * All tensors.
     *
     * @return shapes by name, in the order of the graph
     */
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        layout.forEach(tensor -> shapes.put(tensor.name(), tensor.shape().clone()));
        return shapes;
    }

    /**
     * Reads a safetensors file into a network.
     *
     * @param graph has a U-ViT of this configuration in it; changed only if the whole file fits
     * @param file to read
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a tensor is missing, left over or of another shape,
     *     naming it and what was expected
     */
    public void load(ComputationGraph graph, Path file) throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            load(graph, source, file.toString());
        }
    }

    /**
     * Reads tensors into a network.
     *
     * @param graph has a U-ViT of this configuration in it; changed only if all tensors fit
     * @param source tensors under their published names, with or without one common prefix such as
     *     {@code module.}
     * @param name what messages call the source
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a tensor is missing, left over or of another shape,
     *     naming it and what was expected
     */
    public void load(ComputationGraph graph, TensorSource source, String name) throws IOException {
        String prefix = prefix(source);
        check(source, prefix, name);
        for (TensorLayout tensor : layout) {
            INDArray first = parameter(graph, tensor.parts().get(0).layer(), firstKey(tensor));
            INDArray values = source.read(prefix + tensor.name(), first.dataType());
            tensor.split(values, (layer, key) -> parameter(graph, layer, key));
        }
    }

    /**
     * Writes a network's weights as single precision.
     *
     * @param graph has a U-ViT of this configuration in it
     * @param file safetensors, created or replaced
     * @throws IOException if it cannot be written; an old file is then unchanged
     */
    public void save(ComputationGraph graph, Path file) throws IOException {
        save(graph, file, TensorType.F32);
    }

    /**
     * Writes a network's weights.
     *
     * @param graph has a U-ViT of this configuration in it
     * @param file safetensors, created or replaced
     * @param type of the elements, such as F32, F16 or BF16
     * @throws IOException if it cannot be written; an old file is then unchanged
     */
    public void save(ComputationGraph graph, Path file, TensorType type) throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter(Map.of("format", "pt"));
        for (TensorLayout tensor : layout) {
            writer.add(
                    tensor.name(),
                    type,
                    tensor.shape(),
                    () -> tensor.join((layer, key) -> parameter(graph, layer, key)));
        }
        writer.write(file);
    }

    /** The gradients, or whatever lies under a layer's name and key, in the published layout. */
    Map<String, INDArray> join(Map<String, INDArray> byLayerAndKey) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (TensorLayout tensor : layout) {
            tensors.put(
                    tensor.name(),
                    tensor.join((layer, key) -> byLayerAndKey.get(layer + "_" + key)));
        }
        return tensors;
    }

    private static String prefix(TensorSource source) {
        if (source.contains(MARK)) {
            return "";
        }
        List<String> marks =
                source.names().stream().filter(name -> name.endsWith("." + MARK)).toList();
        return marks.size() == 1
                ? marks.get(0).substring(0, marks.get(0).length() - MARK.length())
                : "";
    }

    private void check(TensorSource source, String prefix, String name) {
        List<String> wrong = new ArrayList<>();
        for (TensorLayout tensor : layout) {
            String key = prefix + tensor.name();
            String expected = Arrays.toString(tensor.shape());
            if (!source.contains(key)) {
                wrong.add(key + " " + expected + " is missing");
            } else if (!Arrays.equals(source.shape(key), tensor.shape())) {
                wrong.add(
                        key
                                + " has shape "
                                + Arrays.toString(source.shape(key))
                                + ", the configuration gives "
                                + expected);
            }
        }
        Set<String> known = layout.stream().map(t -> prefix + t.name()).collect(Collectors.toSet());
        source.names().stream()
                .filter(tensor -> !known.contains(tensor))
                .forEach(tensor -> wrong.add(tensor + " has no place in the configuration"));
        if (!wrong.isEmpty()) {
            String more = wrong.size() > LISTED ? " and " + (wrong.size() - LISTED) + " more" : "";
            throw new IllegalArgumentException(
                    name
                            + " is no checkpoint of this U-ViT configuration: "
                            + String.join("; ", wrong.subList(0, Math.min(LISTED, wrong.size())))
                            + more);
        }
    }

    private static String firstKey(TensorLayout tensor) {
        return tensor.parts().get(0).key();
    }

    private static INDArray parameter(ComputationGraph graph, String layer, String key) {
        INDArray parameter =
                graph.getVertex(layer) == null ? null : graph.getLayer(layer).getParam(key);
        if (parameter == null) {
            throw new IllegalArgumentException(
                    "graph must have parameter " + key + " of layer " + layer + ", it has none");
        }
        return parameter;
    }
}
