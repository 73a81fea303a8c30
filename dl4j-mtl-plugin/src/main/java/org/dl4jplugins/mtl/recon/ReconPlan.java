package org.dl4jplugins.mtl.recon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.mtl.metric.ModelSize;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/**
 * What Recon will do to a network, before it is done: printable, storable, applicable to any
 * network of the same architecture.
 *
 * <p>Sizes count trainable parameters at 4 bytes, heads included, as the paper does (the running
 * statistics of batch normalization, which DL4J also keeps among the parameters, do not count); 1
 * MB is 2^20 bytes. Percentages are of the shared parameters, as in the paper.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class ReconPlan {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final int version;
    private final List<String> tasks;
    private final List<SplitLayer> split;
    private final List<StreamedLayer> streamed;
    private final int sharedLayers;
    private final long sharedParameters;
    private final long totalParameters;
    private final ReconInit init;
    private final long seed;
    private final String architecture;

    ReconPlan(
            @JsonProperty("version") int version,
            @JsonProperty("tasks") List<String> tasks,
            @JsonProperty("split") List<SplitLayer> split,
            @JsonProperty("streamed") List<StreamedLayer> streamed,
            @JsonProperty("sharedLayers") int sharedLayers,
            @JsonProperty("sharedParameters") long sharedParameters,
            @JsonProperty("totalParameters") long totalParameters,
            @JsonProperty("init") ReconInit init,
            @JsonProperty("seed") long seed,
            @JsonProperty("architecture") String architecture) {
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "plan has version " + version + ", this release reads version " + VERSION);
        }
        this.version = version;
        this.tasks = List.copyOf(tasks);
        this.split = List.copyOf(split);
        this.streamed = List.copyOf(streamed);
        this.sharedLayers = sharedLayers;
        this.sharedParameters = sharedParameters;
        this.totalParameters = totalParameters;
        this.init = Objects.requireNonNull(init, "init");
        this.seed = seed;
        this.architecture = Objects.requireNonNull(architecture, "architecture");
    }

    static ReconPlan of(
            GraphStructure structure, List<ChosenLayer> chosen, ReconInit init, long seed) {
        List<String> names = chosen.stream().map(ChosenLayer::layer).toList();
        SplitRules.checkSplit(structure, names);
        StreamGraphBuilder builder = new StreamGraphBuilder(structure, names);
        return new ReconPlan(
                VERSION,
                structure.tasks(),
                chosen.stream()
                        .map(
                                c ->
                                        new SplitLayer(
                                                c.layer(),
                                                structure.tasksOf(c.layer()),
                                                structure.trainable(c.layer()),
                                                c.score()))
                        .toList(),
                builder.streamed().entrySet().stream()
                        .map(e -> new StreamedLayer(e.getKey(), e.getValue()))
                        .toList(),
                structure.shared().size(),
                structure.sharedTrainable(),
                structure.totalParameters(),
                init,
                seed,
                Fingerprint.of(structure));
    }

    /**
     * Makes the modified network.
     *
     * @param graph an initialized network of the plan's architecture, which is not changed
     * @return a new, initialized network; copies of layer {@code x} are named {@code x@task}, what
     *     is shared keeps its name
     * @throws IllegalArgumentException if the architecture is another one
     */
    public ComputationGraph apply(ComputationGraph graph) {
        GraphStructure structure = GraphStructure.of(graph);
        if (!Fingerprint.of(structure).equals(architecture)) {
            throw new IllegalArgumentException(
                    "graph has another architecture than the plan was made for (plan: tasks "
                            + tasks
                            + ", "
                            + sharedLayers
                            + " shared layers, "
                            + totalParameters
                            + " parameters; graph: tasks "
                            + structure.tasks()
                            + ", "
                            + structure.shared().size()
                            + " shared layers, "
                            + structure.totalParameters()
                            + " parameters)");
        }
        return ModifiedGraph.create(
                structure, split.stream().map(SplitLayer::layer).toList(), init, seed);
    }

    /**
     * The name of one task's copy of a split layer.
     *
     * @param layer name in the original network
     * @param task name of the task's output
     * @return name in the modified network
     */
    public static String copyName(String layer, String task) {
        return StreamGraphBuilder.copyName(layer, task);
    }

    /**
     * The network outputs.
     *
     * @return task names in output order
     */
    public List<String> tasks() {
        return tasks;
    }

    /**
     * The layers that will exist once per task.
     *
     * @return in the order in which they were chosen
     */
    public List<SplitLayer> split() {
        return split;
    }

    /**
     * The shared layers that will run on several streams.
     *
     * @return in topological order
     */
    public List<StreamedLayer> streamed() {
        return streamed;
    }

    /**
     * How many layers the tasks share in the given network.
     *
     * @return a layer is its weights and biases; batch normalization is a layer of its own
     */
    public int sharedLayers() {
        return sharedLayers;
    }

    /**
     * What the copies add.
     *
     * @return trainable parameters
     */
    public long addedParameters() {
        return split.stream().mapToLong(SplitLayer::addedParameters).sum();
    }

    /**
     * What the copies add, compared to the shared parameters of the given network.
     *
     * @return percent
     */
    public double addedPercent() {
        return 100.0 * addedParameters() / sharedParameters;
    }

    /**
     * Size of the given network.
     *
     * @return MB
     */
    public double megabytesBefore() {
        return ModelSize.megabytes(totalParameters);
    }

    /**
     * Size of the modified network.
     *
     * @return MB
     */
    public double megabytesAfter() {
        return ModelSize.megabytes(totalParameters + addedParameters());
    }

    /**
     * How the modified network will be initialized.
     *
     * @return fresh or from the given network
     */
    public ReconInit init() {
        return init;
    }

    /**
     * The seed of a fresh initialization.
     *
     * @return any number
     */
    public long seed() {
        return seed;
    }

    /**
     * The plan as JSON.
     *
     * @return text that {@link #fromJson} reads
     */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads a plan.
     *
     * @param json text from {@link #toJson}
     * @return the plan
     * @throws IllegalArgumentException if the text is not a plan
     */
    public static ReconPlan fromJson(String json) {
        try {
            return JSON.readValue(json, ReconPlan.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a Recon plan: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Stores the plan.
     *
     * @param file JSON file, replaced if it exists
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        AtomicFiles.write(file, toJson());
    }

    /**
     * Reads a stored plan.
     *
     * @param file JSON file
     * @return the plan
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not a plan
     */
    public static ReconPlan load(Path file) throws IOException {
        return fromJson(Files.readString(file));
    }

    /** The plan as a table. */
    @Override
    public String toString() {
        return PlanTable.of(this);
    }
}
