package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.TensorSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Hugging Face checkpoint as an ordinary {@link ComputationGraph}, and back.
 *
 * <p>A checkpoint is a folder with {@code config.json}, safetensors (one file or shards) and, for
 * text, {@code tokenizer.json}. Loading checks it as a whole before it reads a weight: every tensor
 * that the configuration asks for is there in the right shape, none is left over, copies of tied
 * weights agree, and the tokenizer knows no more tokens than the model.
 *
 * <p>Saving writes the same again: configuration and tokenizer byte by byte, and every tensor under
 * its name and in its type. Weights that did not change keep all their bits, as F16 and BF16
 * survive the way through FLOAT; a checkpoint in F64 needs {@link ModelOptions#dataType()} DOUBLE
 * for that.
 *
 * <pre>{@code
 * HfCheckpoint model = HfCheckpoint.load(Path.of("models/story"));
 * ComputationGraph graph = model.graph();
 * int[] ids = model.tokenizer().encode("Once upon a time");
 * model.save(Path.of("models/copy"));
 * }</pre>
 */
public final class HfCheckpoint {
    /** Greatest size of a shard unless another is given, in bytes; as in Hugging Face's library. */
    public static final long MAX_SHARD_BYTES = 5_000_000_000L;

    private final ComputationGraph graph;
    private final Parts parts;

    private HfCheckpoint(ComputationGraph graph, Parts parts) {
        this.graph = graph;
        this.parts = parts;
    }

    /** All but the weights. */
    private record Parts(
            HfConfig config,
            String source,
            HfTokenizer tokenizer,
            CompanionFiles companions,
            Map<String, String> metadata,
            WeightMap map,
            CheckpointMatch match,
            CheckpointContents contents) {}

    /**
     * Loads a checkpoint in single precision, with the head of its own model class.
     *
     * @param folder of the checkpoint
     * @return graph, configuration and tokenizer
     * @throws IOException if a file is missing, contradicts its format or cannot be read
     * @throws IllegalArgumentException if the files contradict each other, or the model type is
     *     unknown
     */
    public static HfCheckpoint load(Path folder) throws IOException {
        return load(folder, ModelOptions.defaults());
    }

    /**
     * Loads a checkpoint.
     *
     * @param folder of the checkpoint
     * @param options head, pooling, type and other settings of the graph
     * @return graph, configuration and tokenizer
     * @throws IOException if a file is missing, contradicts its format or cannot be read
     * @throws IllegalArgumentException if the files contradict each other, or the model type is
     *     unknown
     */
    public static HfCheckpoint load(Path folder, ModelOptions options) throws IOException {
        return load(folder, options, ModelFamilies.standard());
    }

    /**
     * Loads a checkpoint of a family of one's own.
     *
     * @param folder of the checkpoint
     * @param options head, pooling, type and other settings of the graph
     * @param families those to choose from
     * @return graph, configuration and tokenizer
     * @throws IOException if a file is missing, contradicts its format or cannot be read
     * @throws IllegalArgumentException if the files contradict each other, or the model type is
     *     unknown
     */
    public static HfCheckpoint load(Path folder, ModelOptions options, ModelFamilies families)
            throws IOException {
        Path settings = folder.resolve(HfConfig.FILE);
        if (!Files.isRegularFile(settings)) {
            throw new NoSuchFileException(
                    settings.toString(), null, "a checkpoint's folder needs this file");
        }
        HfConfig config = HfConfig.read(settings);
        ModelFamily family = families.of(config);
        HfTokenizer tokenizer =
                Files.isRegularFile(folder.resolve(HfTokenizer.FILE))
                        ? HfTokenizer.load(folder)
                        : null;
        try (CheckpointTensors tensors = CheckpointTensors.open(folder)) {
            return create(
                    new Origin(config, folder.toString(), tensors.metadata()),
                    tokenizer,
                    CompanionFiles.read(folder),
                    tensors,
                    family,
                    options);
        }
    }

    /**
     * Puts a model together from weights that do not lie in a checkpoint's folder.
     *
     * @param config of the model
     * @param weights by Hugging Face's names; stay open
     * @param tokenizer of the model, or null
     * @param options head, pooling, type and other settings of the graph
     * @return graph, configuration and tokenizer
     * @throws IOException if weights cannot be read
     * @throws IllegalArgumentException if weights, configuration and tokenizer contradict each
     *     other, or the model type is unknown
     */
    public static HfCheckpoint of(
            HfConfig config, TensorSource weights, HfTokenizer tokenizer, ModelOptions options)
            throws IOException {
        return create(
                new Origin(config, "weights", Map.of("format", "pt")),
                tokenizer,
                CompanionFiles.of(tokenizer),
                weights,
                ModelFamilies.standard().of(config),
                options);
    }

    /**
     * A checkpoint with new weights, to be trained from nothing and saved.
     *
     * @param config of the model, such as {@link LlamaConfig} makes
     * @param tokenizer of the model, such as {@link WordLevelTokenizer} makes, or null
     * @param options head, seed, updater, type and other settings of the graph
     * @return graph, configuration and tokenizer; all weights are {@link #initialized}
     * @throws IllegalArgumentException if the tokenizer has more tokens than the configuration, or
     *     the model type is unknown
     */
    public static HfCheckpoint create(
            HfConfig config, HfTokenizer tokenizer, ModelOptions options) {
        ModelFamily family = new NewModel(ModelFamilies.standard().of(config));
        try (NoTensors none = new NoTensors()) {
            Origin origin = new Origin(config, "new model", Map.of("format", "pt"));
            CompanionFiles companions = CompanionFiles.of(tokenizer);
            return create(origin, tokenizer, companions, none, family, options);
        } catch (IOException nothingIsRead) {
            throw new UncheckedIOException(nothingIsRead);
        }
    }

    /**
     * Loads an encoder from an ONNX model, such as a resource on the class path.
     *
     * @param model content of an ONNX model; is read to its end and not closed
     * @param config of the same model, which ONNX does not hold
     * @param tokenizer of the model, or null
     * @param options head, pooling, type and other settings of the graph
     * @return graph, configuration and tokenizer
     * @throws IOException if the model contradicts its format or cannot be read
     * @throws IllegalArgumentException if weights, configuration and tokenizer contradict each
     *     other, or the model type is unknown
     */
    public static HfCheckpoint fromOnnx(
            InputStream model, HfConfig config, HfTokenizer tokenizer, ModelOptions options)
            throws IOException {
        try (OnnxInitializers weights = OnnxInitializers.read(model, "ONNX model")) {
            return of(config, weights, tokenizer, options);
        }
    }

    private record Origin(HfConfig config, String name, Map<String, String> metadata) {}

    private static HfCheckpoint create(
            Origin origin,
            HfTokenizer tokenizer,
            CompanionFiles companions,
            TensorSource weights,
            ModelFamily family,
            ModelOptions options)
            throws IOException {
        HfConfig config = origin.config;
        CheckpointContents.checkVocabulary(config, tokenizer);
        WeightMap map = family.weights(config, options);
        CheckpointMatch match = CheckpointMatch.of(map, weights, origin.name);
        CheckpointContents.checkExpected(match.unused(), family, config, origin.name);
        CheckpointContents.checkCopies(weights, map, config);
        ComputationGraph graph = match.load(family.configuration(config, options));
        CheckpointContents contents = CheckpointContents.of(weights, map);
        return new HfCheckpoint(
                graph,
                new Parts(
                        config,
                        origin.name,
                        tokenizer,
                        companions,
                        origin.metadata,
                        map,
                        match,
                        contents));
    }

    /**
     * The model.
     *
     * @return an initialized graph, the same at every call
     */
    public ComputationGraph graph() {
        return graph;
    }

    /**
     * The model's settings.
     *
     * @return the content of {@code config.json}
     */
    public HfConfig config() {
        return parts.config;
    }

    /**
     * The model's tokenizer.
     *
     * @return the tokenizer, the same at every call
     * @throws IllegalStateException if the checkpoint has none
     */
    public HfTokenizer tokenizer() {
        if (parts.tokenizer == null) {
            throw new IllegalStateException(
                    parts.source + " has no " + HfTokenizer.FILE + ", so it cannot read text");
        }
        return parts.tokenizer;
    }

    /**
     * Whether text can be read.
     *
     * @return false if the checkpoint has no {@code tokenizer.json}
     */
    public boolean hasTokenizer() {
        return parts.tokenizer != null;
    }

    /**
     * The names of the graph's parameters in the checkpoint.
     *
     * @return one binding for each parameter
     */
    public WeightMap weights() {
        return parts.map;
    }

    /**
     * Parameters that the checkpoint does not have, such as those of a new head.
     *
     * @return their tensors' names; they were drawn at random
     */
    public List<String> initialized() {
        return parts.match.initialized();
    }

    /**
     * Tensors that the graph has no parameter for, such as those of another head. They stay in
     * memory and are saved as they were.
     *
     * @return their names
     */
    public List<String> unused() {
        return parts.match.unused();
    }

    /**
     * This checkpoint with the weights of another graph: one that was trained elsewhere, or got its
     * adapters merged.
     *
     * @param other has the same layers and parameters; kept, not copied
     * @return a checkpoint that saves those weights
     * @throws IllegalArgumentException if a parameter is missing or has another shape, or the graph
     *     has active adapters, which a checkpoint has no place for
     */
    public HfCheckpoint withGraph(ComputationGraph other) {
        UnmergedAdapters.refuse(other);
        for (WeightBinding binding : parts.map.bindings()) {
            String name = binding.layer() + " " + binding.parameter();
            INDArray expected = graph.getLayer(binding.layer()).getParam(binding.parameter());
            Layer layer =
                    other.getVertex(binding.layer()) == null
                            ? null
                            : other.getLayer(binding.layer());
            INDArray given = layer == null ? null : layer.paramTable().get(binding.parameter());
            Need.that(given != null, "parameter " + name, "missing", "in the graph");
            Need.that(
                    given.equalShapes(expected),
                    "shape of parameter " + name,
                    given.shapeInfoToString(),
                    expected.shapeInfoToString());
        }
        return new HfCheckpoint(other, parts);
    }

    /**
     * Saves the checkpoint, in shards if it is larger than {@link #MAX_SHARD_BYTES}.
     *
     * @param folder to create, or to replace the checkpoint of
     * @throws IOException if a file cannot be written
     */
    public void save(Path folder) throws IOException {
        save(folder, MAX_SHARD_BYTES);
    }

    /**
     * Saves the checkpoint. Each file appears when it is complete; safetensors that a former save
     * left in the folder are removed at the end.
     *
     * @param folder to create, or to replace the checkpoint of
     * @param maxShardBytes greatest size of a file of tensors, at least 1; a larger tensor gets a
     *     file of its own
     * @throws IOException if a file cannot be written
     */
    public void save(Path folder, long maxShardBytes) throws IOException {
        Need.that(maxShardBytes > 0, "maxShardBytes", maxShardBytes, "at least 1");
        CheckpointWriter writer = new CheckpointWriter(parts.metadata);
        parts.contents.addTo(writer, parts.match.tensors(parts.map, graph));
        writer.write(folder, maxShardBytes);
        parts.companions.write(folder);
        parts.config.write(folder.resolve(HfConfig.FILE));
    }
}
