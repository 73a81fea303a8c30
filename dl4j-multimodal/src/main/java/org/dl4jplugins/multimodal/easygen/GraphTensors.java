package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A graph's weights under the names of PyTorch's modules: dense layers transposed, and queries,
 * keys and values of {@code self_attn} in one matrix.
 */
final class GraphTensors {
    private static final int LISTED = 5;

    /** Parameters below each other in one tensor, as views [out, in] or [out]. */
    private record Tensor(String name, List<INDArray> parts) {
        long[] shape() {
            long[] shape = parts.get(0).shape().clone();
            if (shape.length == 2 && shape[0] == 1) {
                shape = new long[] {shape[1]};
            }
            shape[0] *= parts.size();
            return shape;
        }

        INDArray join() {
            INDArray joined = Nd4j.create(parts.get(0).dataType(), shape(), 'c');
            each((part, rows) -> rows.assign(part.reshape('c', rows.shape())), joined);
            return joined;
        }

        void split(INDArray values) {
            each((part, rows) -> part.assign(rows.dup('c').reshape('c', part.shape())), values);
        }

        private void each(BiConsumer<INDArray, INDArray> use, INDArray all) {
            long rows = all.size(0) / parts.size();
            for (int i = 0; i < parts.size(); i++) {
                use.accept(parts.get(i), all.get(NDArrayIndex.interval(i * rows, (i + 1) * rows)));
            }
        }
    }

    private final String what;
    private final List<Tensor> tensors = new ArrayList<>();

    /**
     * The tensors of a graph.
     *
     * @param what messages call it, with its sizes
     * @param prefix that layers have and tensors have not
     */
    GraphTensors(String what, ComputationGraph graph, String prefix) {
        this.what = what;
        for (Layer layer : graph.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            layer.paramTable().forEach((key, value) -> add(graph, name, key, prefix));
        }
    }

    private void add(ComputationGraph graph, String layer, String key, String prefix) {
        String module = layer.substring(prefix.length());
        String kind = key.equals("b") ? "bias" : "weight";
        if (layer.endsWith("self_attn.k") || layer.endsWith("self_attn.v")) {
            return; // with q
        }
        if (layer.endsWith("self_attn.q")) {
            String attention = layer.substring(0, layer.length() - 1);
            List<INDArray> parts =
                    Stream.of("q", "k", "v").map(p -> view(graph, attention + p, key)).toList();
            String name = module.substring(0, module.length() - 1) + "in_proj_" + kind;
            tensors.add(new Tensor(name, parts));
        } else {
            tensors.add(new Tensor(module + "." + kind, List.of(view(graph, layer, key))));
        }
    }

    private static INDArray view(ComputationGraph graph, String name, String key) {
        Layer layer = graph.getLayer(name);
        INDArray parameter = layer.getParam(key);
        boolean matrix = layer.conf().getLayer() instanceof Linear && key.equals("W");
        return matrix ? parameter.transpose() : parameter;
    }

    void save(Path file) throws IOException {
        Map<String, INDArray> all = new LinkedHashMap<>();
        tensors.forEach(tensor -> all.put(tensor.name(), tensor.join()));
        SafeTensorsWriter.write(file, all, Map.of("format", "pt"));
    }

    void load(Path file) throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            check(source, file);
            for (Tensor tensor : tensors) {
                tensor.split(source.read(tensor.name(), tensor.parts().get(0).dataType()));
            }
        }
    }

    private void check(SafeTensors source, Path file) {
        List<String> wrong = new ArrayList<>();
        for (Tensor tensor : tensors) {
            String expected = Arrays.toString(tensor.shape());
            if (!source.contains(tensor.name())) {
                wrong.add(tensor.name() + " " + expected + " is missing");
            } else if (!Arrays.equals(source.shape(tensor.name()), tensor.shape())) {
                wrong.add(
                        tensor.name()
                                + " has shape "
                                + Arrays.toString(source.shape(tensor.name()))
                                + ", the configuration gives "
                                + expected);
            }
        }
        List<String> known = tensors.stream().map(Tensor::name).toList();
        source.names().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> wrong.add(name + " has no place in the configuration"));
        if (!wrong.isEmpty()) {
            String more = wrong.size() > LISTED ? " and " + (wrong.size() - LISTED) + " more" : "";
            throw new IllegalArgumentException(
                    file
                            + " does not hold "
                            + what
                            + ": "
                            + String.join("; ", wrong.subList(0, Math.min(LISTED, wrong.size())))
                            + more);
        }
    }
}
