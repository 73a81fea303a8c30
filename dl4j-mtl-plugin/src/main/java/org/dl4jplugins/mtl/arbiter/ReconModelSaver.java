package org.dl4jplugins.mtl.arbiter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.mtl.recon.ReconPlan;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Saves every candidate of a search in a folder of its own, named by its index: {@code result.json}
 * (settings, score, coordinates), {@code plan.json} (which layers were split; not for K = 0) and
 * {@code model.zip} (the trained network with its updater's state). Arbiter's {@code
 * FileModelSaver} knows only candidates of its own.
 */
public final class ReconModelSaver implements ResultSaver {

    static final String RESULT = "result.json";
    static final String PLAN = "plan.json";
    static final String MODEL = "model.zip";

    private final String folder;

    /**
     * A saver.
     *
     * @param folder where to save; made if missing
     */
    public ReconModelSaver(Path folder) {
        this(Objects.requireNonNull(folder, "folder").toString());
    }

    @JsonCreator
    ReconModelSaver(@JsonProperty("folder") String folder) {
        this.folder = folder;
    }

    /**
     * Saves one candidate; {@code result.json} comes last, so that a folder with it is whole.
     *
     * @param result of a {@link ReconCandidate}
     * @param model a {@link ComputationGraph}
     * @return where it is
     * @throws IOException if it cannot be written
     */
    @Override
    public ResultReference saveModel(OptimizationResult result, Object model) throws IOException {
        Path place = Path.of(folder, String.valueOf(result.getIndex()));
        Files.deleteIfExists(place.resolve(RESULT));
        AtomicFiles.write(
                place.resolve(MODEL),
                out -> ModelSerializer.writeModel((ComputationGraph) model, out, true));
        if (result.getModelSpecificResults() instanceof ReconPlan plan) {
            plan.save(place.resolve(PLAN));
        } else {
            Files.deleteIfExists(place.resolve(PLAN));
        }
        AtomicFiles.write(place.resolve(RESULT), new SavedResult(result).toJson());
        return new ReconResultReference(place);
    }

    /**
     * The results in a folder, also of a search that was interrupted.
     *
     * @param folder where a search has saved
     * @return one reference for each whole result, in the order of the candidates
     * @throws IOException if the folder cannot be read
     */
    public static List<ResultReference> load(Path folder) throws IOException {
        List<Path> places = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(p -> p.getFileName().toString().matches("\\d{1,9}"))
                    .filter(p -> Files.exists(p.resolve(RESULT)))
                    .forEach(places::add);
        }
        places.sort(Comparator.comparingInt(p -> Integer.parseInt(p.getFileName().toString())));
        return List.copyOf(places.stream().map(ReconResultReference::new).toList());
    }

    @Override
    public List<Class<?>> getSupportedCandidateTypes() {
        return List.of(ReconCandidate.class);
    }

    @Override
    public List<Class<?>> getSupportedModelTypes() {
        return List.of(ComputationGraph.class);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReconModelSaver that && folder.equals(that.folder);
    }

    @Override
    public int hashCode() {
        return folder.hashCode();
    }

    @Override
    public String toString() {
        return "ReconModelSaver(" + folder + ")";
    }
}
