package org.dl4jplugins.align.peft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.peft.PeftTensors.PeftTensor;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adapters in PEFT's files, {@code adapter_model.safetensors} and {@code adapter_config.json}.
 *
 * <p>The graph's vertex names are the module paths of the Hugging Face model, so files go both ways
 * for the models of {@code align.llm}; other graphs get files of the same form. Matrices of layers
 * with several, such as an LSTM's, are modules below their layer. The adapter "default" lies in the
 * folder itself, others in sub-folders of their names, as in PEFT.
 *
 * <pre>{@code
 * PeftFiles.save(graph, "default", Path.of("adapter"));
 * ComputationGraph tuned = PeftFiles.load(base, Path.of("adapter"));
 * }</pre>
 */
public final class PeftFiles {
    /** The tensors' file. */
    public static final String TENSORS = "adapter_model.safetensors";

    private static final String DEFAULT = "default";

    private PeftFiles() {}

    /**
     * Saves an adapter without saying where it belongs.
     *
     * @param graph with adapters
     * @param adapter its name
     * @param folder is created
     * @throws IOException if a file cannot be written
     * @throws IllegalArgumentException if the graph has no such adapter
     */
    public static void save(ComputationGraph graph, String adapter, Path folder)
            throws IOException {
        save(graph, adapter, folder, PeftOrigin.unknown());
    }

    /**
     * Saves an adapter: its factors, biases that learn and modules that are trained as a whole.
     *
     * @param graph with adapters
     * @param adapter its name
     * @param folder is created
     * @param origin what the file says of the base model
     * @throws IOException if a file cannot be written
     * @throws IllegalArgumentException if the graph has no such adapter
     */
    public static void save(ComputationGraph graph, String adapter, Path folder, PeftOrigin origin)
            throws IOException {
        HfConfig config = PeftConfig.of(graph, adapter, origin);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        PeftTensors.of(graph, adapter).forEach((name, t) -> tensors.put(name, t.export()));
        Path target = folder(folder, adapter);
        Files.createDirectories(target);
        SafeTensorsWriter.write(target.resolve(TENSORS), tensors, Map.of("format", "pt"));
        config.write(target.resolve(PeftConfig.FILE));
    }

    private static Path folder(Path folder, String adapter) {
        return adapter.equals(DEFAULT) ? folder : folder.resolve(adapter);
    }

    /**
     * Puts the adapter "default" onto a base, strictly.
     *
     * @param base a graph without adapters; unchanged
     * @param folder with the two files
     * @return a new graph with the adapter
     * @throws IOException if a file is missing or malformed
     * @throws IllegalArgumentException if the files do not fit the graph; the message names every
     *     missing and every unexpected tensor
     */
    public static ComputationGraph load(ComputationGraph base, Path folder) throws IOException {
        return load(base, folder, DEFAULT, BasePlacement.INSIDE, true).graph();
    }

    /**
     * Puts an adapter onto a base.
     *
     * @param base a graph without adapters; unchanged
     * @param folder with the two files, or with a sub-folder of the adapter's name
     * @param adapter its name
     * @param placement where the base weights of the new graph live
     * @param strict whether missing and unexpected tensors are errors
     * @return the new graph and what did not fit
     * @throws IOException if a file is missing or malformed
     * @throws IllegalArgumentException if a tensor has the wrong shape, nothing of the file fits,
     *     or, if strict, anything does not fit
     */
    public static PeftLoad load(
            ComputationGraph base,
            Path folder,
            String adapter,
            BasePlacement placement,
            boolean strict)
            throws IOException {
        Path source = folder(folder, adapter);
        Path configFile = source.resolve(PeftConfig.FILE);
        HfConfig config = HfConfig.read(configFile);
        ComputationGraph graph =
                new LoraTransformer.Builder(base)
                        .config(
                                PeftConfig.settings(config, configFile)
                                        .adapterName(adapter)
                                        .base(placement)
                                        .build())
                        .build()
                        .transform();
        Map<String, PeftTensor> wanted = PeftTensors.of(graph, adapter);
        Path file = source.resolve(TENSORS);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            List<String> missing = new ArrayList<>(wanted.keySet());
            missing.removeAll(tensors.names());
            List<String> unexpected = new ArrayList<>(tensors.names());
            unexpected.removeAll(wanted.keySet());
            check(file, wanted, missing, unexpected, strict);
            for (String name : tensors.names()) {
                if (wanted.containsKey(name)) {
                    requireShape(file, name, tensors.shape(name), wanted.get(name).shape());
                }
            }
            for (String name : tensors.names()) {
                if (wanted.containsKey(name)) {
                    INDArray values = tensors.read(name, graph.params().dataType());
                    wanted.get(name).take(values);
                }
            }
            return new PeftLoad(graph, missing, unexpected, PeftConfig.unknown(config));
        }
    }

    private static void check(
            Path file,
            Map<String, PeftTensor> wanted,
            List<String> missing,
            List<String> unexpected,
            boolean strict) {
        if (missing.size() == wanted.size()) {
            throw new IllegalArgumentException(
                    file
                            + " has none of the adapter's tensors; the graph's are "
                            + wanted.keySet()
                            + ", the file's "
                            + unexpected);
        }
        if (strict && !(missing.isEmpty() && unexpected.isEmpty())) {
            throw new IllegalArgumentException(
                    file
                            + " does not fit the graph: missing in the file "
                            + missing
                            + ", unexpected in the file "
                            + unexpected);
        }
    }

    private static void requireShape(Path file, String name, long[] shape, long[] expected) {
        if (!Arrays.equals(shape, expected)) {
            throw new IllegalArgumentException(
                    file
                            + ": "
                            + name
                            + " has shape "
                            + Arrays.toString(shape)
                            + ", the graph needs "
                            + Arrays.toString(expected));
        }
    }
}
