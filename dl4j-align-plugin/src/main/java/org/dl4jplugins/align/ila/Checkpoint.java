package org.dl4jplugins.align.ila;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * A training between two steps, as one file: parameters that learn, updater state, counters,
 * losses. Frozen weights and increments are not in it, so that it is small beside a large model.
 */
final class Checkpoint {

    private static final JsonFile FILE = new JsonFile("dl4jplugins-training-state", 1);
    private static final String STATE = "state.json";
    private static final String PARAMETERS = "parameters.bin";
    private static final String UPDATER = "updater.bin";

    /**
     * Where a training is.
     *
     * @param seed of the training
     * @param epoch the pass over the data, from 0
     * @param batch how many batches of this pass are done
     * @param losses of all steps so far
     */
    record Position(long seed, int epoch, int batch, double[] losses) {}

    private final Path file;

    Checkpoint(Path file) {
        this.file = file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    void save(ComputationGraph graph, Position position) throws IOException {
        ObjectNode root = FILE.start().put("seed", position.seed);
        root.put("epoch", position.epoch).put("batch", position.batch);
        root.put("iterations", graph.getIterationCount()).put("epochs", graph.getEpochCount());
        ArrayNode losses = root.putArray("losses");
        for (double loss : position.losses) {
            losses.add(loss);
        }
        AtomicFiles.write(
                file,
                out -> {
                    ZipOutputStream zip = new ZipOutputStream(out);
                    zip.putNextEntry(new ZipEntry(STATE));
                    zip.write(JsonFile.text(root).getBytes(StandardCharsets.UTF_8));
                    write(zip, PARAMETERS, learning(graph));
                    write(zip, UPDATER, updaterState(graph));
                    zip.finish();
                });
    }

    /** The parameters that learn, in the graph's order. */
    private static List<INDArray> learning(ComputationGraph graph) {
        List<INDArray> arrays = new ArrayList<>();
        for (Layer layer : graph.getLayers()) {
            layer.paramTable()
                    .forEach(
                            (key, array) -> {
                                if (!(layer.conf().getLayer() instanceof LoraLayer lora)
                                        || lora.isTrainable(key)) {
                                    arrays.add(array);
                                }
                            });
        }
        return arrays;
    }

    private static List<INDArray> updaterState(ComputationGraph graph) {
        INDArray state = graph.getUpdater(true).getStateViewArray();
        return state == null || state.isEmpty() ? List.of() : List.of(state);
    }

    private static void write(ZipOutputStream zip, String name, List<INDArray> arrays)
            throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        DataOutputStream out = new DataOutputStream(zip);
        out.writeInt(arrays.size());
        for (INDArray array : arrays) {
            Nd4j.write(array, out);
        }
        out.flush();
    }

    /** Puts a graph of the same configuration into the saved state. */
    Position restore(ComputationGraph graph) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String json;
            try (InputStream in = zip.getInputStream(entry(zip, STATE))) {
                json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            JsonNode root = FILE.read(json, node -> node);
            assign(zip, PARAMETERS, learning(graph));
            assign(zip, UPDATER, updaterState(graph));
            graph.getConfiguration().setIterationCount((int) JsonFile.whole(root, "iterations"));
            graph.getConfiguration().setEpochCount((int) JsonFile.whole(root, "epochs"));
            JsonNode losses = JsonFile.list(root, "losses");
            double[] values = new double[losses.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = losses.get(i).asDouble();
            }
            return new Position(
                    JsonFile.whole(root, "seed"),
                    (int) JsonFile.whole(root, "epoch"),
                    (int) JsonFile.whole(root, "batch"),
                    values);
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(file + ": " + broken.getMessage(), broken);
        }
    }

    private static void assign(ZipFile zip, String name, List<INDArray> targets)
            throws IOException {
        try (DataInputStream in = new DataInputStream(zip.getInputStream(entry(zip, name)))) {
            int count = in.readInt();
            Ensure.that(
                    count == targets.size(),
                    "%s has %d arrays, the network %d; it is another network",
                    name,
                    count,
                    targets.size());
            for (INDArray target : targets) {
                INDArray saved = Nd4j.read(in);
                Ensure.that(
                        Arrays.equals(saved.shape(), target.shape())
                                && saved.dataType() == target.dataType(),
                        "%s has %s %s, the network %s %s; it is another network",
                        name,
                        saved.dataType(),
                        Arrays.toString(saved.shape()),
                        target.dataType(),
                        Arrays.toString(target.shape()));
                target.assign(saved);
            }
        }
    }

    private static ZipEntry entry(ZipFile zip, String name) {
        ZipEntry entry = zip.getEntry(name);
        Ensure.that(entry != null, "%s is missing", name);
        return entry;
    }
}
