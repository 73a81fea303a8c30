package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.TensorSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The parameters of a graph, each with the tensor of a checkpoint that holds it.
 *
 * <p>Matching compares names and shapes only and refuses a checkpoint that lacks a required tensor
 * or contradicts the configuration, before anything is read. Values are then copied tensor by
 * tensor, so that no second copy of the model is ever in memory.
 *
 * <pre>{@code
 * CheckpointMatch match = CheckpointMatch.of(family.weights(config, options), tensors, "model");
 * ComputationGraph graph = match.load(family.configuration(config, options));
 * }</pre>
 */
public final class CheckpointMatch {
    private final TensorSource source;
    private final Map<WeightBinding, List<String>> found;
    private final List<String> initialized;
    private final List<String> unused;

    private CheckpointMatch(
            TensorSource source,
            Map<WeightBinding, List<String>> found,
            List<String> initialized,
            List<String> unused) {
        this.source = source;
        this.found = found;
        this.initialized = List.copyOf(initialized);
        this.unused = List.copyOf(unused);
    }

    /**
     * Matches a graph and a checkpoint.
     *
     * @param map the graph's parameters
     * @param source the checkpoint's tensors, open as long as this is used
     * @param name what messages call the checkpoint: its file or folder
     * @return the match
     * @throws IllegalArgumentException if tensors are missing or have another shape than the
     *     configuration asks for, naming each with the shapes
     */
    public static CheckpointMatch of(WeightMap map, TensorSource source, String name) {
        Map<WeightBinding, List<String>> found = new LinkedHashMap<>();
        List<String> fresh = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (WeightBinding binding : map.bindings()) {
            List<String> names = binding.names().stream().filter(source::contains).toList();
            if (names.isEmpty() && binding.required()) {
                wrong.add(missing(binding));
            } else if (names.isEmpty()) {
                fresh.add(binding.tensor());
            } else {
                found.put(binding, names);
                names.forEach(n -> checkShape(n, source.shape(n), binding, wrong));
            }
        }
        Need.that(
                wrong.isEmpty(),
                name,
                "no checkpoint of this configuration: " + String.join("; ", wrong),
                "one whose tensors have the names and shapes that " + HfConfig.FILE + " asks for");
        List<String> unused =
                source.names().stream()
                        .filter(n -> map.ofTensor(n).isEmpty() && !WeightMap.isBuffer(n))
                        .toList();
        return new CheckpointMatch(source, found, fresh, unused);
    }

    private static String missing(WeightBinding binding) {
        String others =
                binding.aliases().isEmpty()
                        ? ""
                        : " (nor " + String.join(", ", binding.aliases()) + ")";
        return binding.tensor() + " " + Arrays.toString(binding.shape()) + " is missing" + others;
    }

    private static void checkShape(
            String name, long[] shape, WeightBinding binding, List<String> wrong) {
        if (!Arrays.equals(shape, binding.shape())) {
            wrong.add(
                    name
                            + " has shape "
                            + Arrays.toString(shape)
                            + ", the configuration gives "
                            + Arrays.toString(binding.shape()));
        }
    }

    /**
     * Tensors of the graph that the checkpoint does not have: a new head.
     *
     * @return their names; their parameters are drawn at random
     */
    public List<String> initialized() {
        return initialized;
    }

    /**
     * Tensors of the checkpoint that the graph has no use for.
     *
     * @return their names, without buffers that are computed
     */
    public List<String> unused() {
        return unused;
    }

    /**
     * Makes the graph and fills it.
     *
     * @param configuration of the graph that was matched
     * @return an initialized graph with the checkpoint's weights
     * @throws IOException if a file cannot be read
     */
    public ComputationGraph load(ComputationGraphConfiguration configuration) throws IOException {
        ComputationGraph graph = new ComputationGraph(configuration);
        if (initialized.isEmpty()) {
            long length = 0;
            for (WeightBinding binding : found.keySet()) {
                length += Arrays.stream(binding.shape()).reduce(1, (a, b) -> a * b);
            }
            DataType type = configuration.getDataType();
            graph.init(Nd4j.createUninitialized(type, 1, length), false);
        } else {
            graph.init();
        }
        copyTo(graph);
        return graph;
    }

    /**
     * Copies the weights into a graph, tensor by tensor.
     *
     * @param graph initialized, with the parameters that were matched
     * @throws IOException if a file cannot be read
     */
    public void copyTo(ComputationGraph graph) throws IOException {
        for (Map.Entry<WeightBinding, List<String>> entry : found.entrySet()) {
            source.readInto(entry.getValue().get(0), view(graph, entry.getKey()));
        }
    }

    /**
     * Reads one parameter.
     *
     * @param layer vertex name
     * @param parameter key of the parameter in the layer
     * @param type of the array
     * @return a new array, [in, out] in 'f' order for linear layers, [1, n] for vectors; null if
     *     the checkpoint does not have it
     * @throws IOException if a file cannot be read
     */
    public INDArray read(String layer, String parameter, DataType type) throws IOException {
        for (Map.Entry<WeightBinding, List<String>> entry : found.entrySet()) {
            WeightBinding binding = entry.getKey();
            if (binding.layer().equals(layer) && binding.parameter().equals(parameter)) {
                INDArray tensor = source.read(entry.getValue().get(0), type);
                return binding.transposed()
                        ? tensor.transpose()
                        : tensor.rank() == 1 ? tensor.reshape(1, tensor.length()) : tensor;
            }
        }
        return null;
    }

    /**
     * The weights of a graph under the names of the checkpoint that it came from.
     *
     * @param map that of the match
     * @param graph with the parameters that were matched
     * @return tensor names to views of the parameters in the checkpoint's shapes; tied copies that
     *     the checkpoint has are the same view, parameters it did not have get their standard name
     */
    public Map<String, INDArray> tensors(WeightMap map, ComputationGraph graph) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (WeightBinding binding : map.bindings()) {
            INDArray view = view(graph, binding);
            found.getOrDefault(binding, List.of(binding.tensor()))
                    .forEach(name -> tensors.put(name, view));
        }
        return tensors;
    }

    /** A parameter in the shape of its tensor, on the same memory. */
    static INDArray view(ComputationGraph graph, WeightBinding binding) {
        INDArray parameter = graph.getLayer(binding.layer()).getParam(binding.parameter());
        return binding.transposed() ? parameter.transpose() : parameter.reshape(binding.shape());
    }
}
