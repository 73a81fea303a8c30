package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A training between two epochs, as two files: the network, and the state that names it. */
final class Checkpoint {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What there is beside the network.
     *
     * @param epochs that are done
     * @param seconds they took
     * @param balancer memory of the balancing method
     * @param conflicts reports so far, as JSON, one for each recording
     */
    record State(int epochs, double seconds, double[] balancer, List<String> conflicts) {}

    private final Path folder;
    private final String name;

    Checkpoint(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    private Path network(int epochs) {
        return folder.resolve(name + "-" + epochs + ".zip");
    }

    private Path state() {
        return folder.resolve(name + ".json");
    }

    /** The last state that was saved, if any. */
    Optional<State> load() throws IOException {
        return Files.exists(state())
                ? Optional.of(JSON.readValue(Files.readString(state()), State.class))
                : Optional.empty();
    }

    /** The network of a state, with its updater's state and counters. */
    ComputationGraph network(State state) throws IOException {
        return ModelSerializer.restoreComputationGraph(network(state.epochs()).toFile(), true);
    }

    /** Replaces the checkpoint before; the state is written last and makes the new one valid. */
    void save(ComputationGraph graph, State state) throws IOException {
        AtomicFiles.write(
                network(state.epochs()), out -> ModelSerializer.writeModel(graph, out, true));
        AtomicFiles.write(state(), JSON.writeValueAsString(state));
        Files.deleteIfExists(network(state.epochs() - 1));
    }

    /** Removes the checkpoint. */
    void delete() throws IOException {
        Optional<State> last = load();
        if (last.isPresent()) {
            Files.delete(state());
            Files.deleteIfExists(network(last.get().epochs()));
        }
    }
}
