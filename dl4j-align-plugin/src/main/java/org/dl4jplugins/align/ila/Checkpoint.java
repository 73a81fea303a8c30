package org.dl4jplugins.align.ila;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** A training between two steps, as one file: parameters, updater state, counters, losses. */
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
                    write(zip, PARAMETERS, graph.params());
                    write(zip, UPDATER, graph.getUpdater(true).getStateViewArray());
                    zip.finish();
                });
    }

    private static void write(ZipOutputStream zip, String name, INDArray array) throws IOException {
        if (array != null && !array.isEmpty()) {
            zip.putNextEntry(new ZipEntry(name));
            DataOutputStream out = new DataOutputStream(zip);
            Nd4j.write(array, out);
            out.flush();
        }
    }

    /** Puts a graph of the same configuration into the saved state. */
    Position restore(ComputationGraph graph) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String json;
            try (InputStream in = zip.getInputStream(entry(zip, STATE))) {
                json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            JsonNode root = FILE.read(json, node -> node);
            assign(zip, PARAMETERS, graph.params());
            assign(zip, UPDATER, graph.getUpdater(true).getStateViewArray());
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

    private void assign(ZipFile zip, String name, INDArray target) throws IOException {
        if (target == null || target.isEmpty()) {
            Ensure.that(zip.getEntry(name) == null, "%s is there, the network has none", name);
            return;
        }
        INDArray saved;
        try (DataInputStream in = new DataInputStream(zip.getInputStream(entry(zip, name)))) {
            saved = Nd4j.read(in);
        }
        Ensure.that(
                saved.length() == target.length() && saved.dataType() == target.dataType(),
                "%s has %d %s numbers, the network has %d %s; it is another network",
                name,
                saved.length(),
                saved.dataType(),
                target.length(),
                target.dataType());
        target.assign(saved.reshape(target.shape()));
    }

    private static ZipEntry entry(ZipFile zip, String name) {
        ZipEntry entry = zip.getEntry(name);
        Ensure.that(entry != null, "%s is missing", name);
        return entry;
    }
}
