package org.dl4jplugins.multimodal.bidiffuser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.uvit.UViTWeights;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** A model in a folder. */
final class BiDiffuserFiles {
    static final String SETTINGS = "bidiffuser.json";
    static final String WEIGHTS = "uvit.safetensors";

    private BiDiffuserFiles() {}

    static void save(BiDiffuser model, Path folder) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode settings = mapper.createObjectNode();
        settings.set("uvit", mapper.readTree(model.config().toJson()));
        settings.set("schedule", ScheduleJson.write(model.schedule()));
        settings.put("prediction", model.prediction().name());
        new UViTWeights(model.config()).save(model.graph(), folder.resolve(WEIGHTS));
        AtomicFiles.write(folder.resolve(SETTINGS), mapper.writeValueAsString(settings));
    }

    static BiDiffuser load(Path folder, NeuralNetConfiguration.Builder training)
            throws IOException {
        Path file = folder.resolve(SETTINGS);
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "a saved BiDiffuser has this file");
        }
        JsonNode settings;
        try {
            settings = new ObjectMapper().readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " must be JSON: " + e.getMessage(), e);
        }
        UViTConfig config =
                part(file, settings, "uvit", node -> UViTConfig.fromJson(node.toString()));
        NoiseSchedule schedule = part(file, settings, "schedule", ScheduleJson::read);
        Prediction prediction = part(file, settings, "prediction", BiDiffuserFiles::prediction);
        ComputationGraph graph;
        if (training == null) {
            graph = new ComputationGraph(UViT.configuration(config));
            graph.init();
        } else {
            graph = UViT.create(config, training);
        }
        new UViTWeights(config).load(graph, folder.resolve(WEIGHTS));
        return new BiDiffuser(graph, config, schedule, prediction);
    }

    private static <T> T part(
            Path file, JsonNode settings, String name, Function<JsonNode, T> reader) {
        if (!settings.has(name)) {
            throw new IllegalArgumentException(
                    file + " must have uvit, schedule and prediction, " + name + " is missing");
        }
        try {
            return reader.apply(settings.get(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ", " + name + ": " + e.getMessage(), e);
        }
    }

    private static Prediction prediction(JsonNode name) {
        return Arrays.stream(Prediction.values())
                .filter(prediction -> prediction.name().equals(name.asText()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "must be one of "
                                                + Arrays.toString(Prediction.values())
                                                + ", got "
                                                + name));
    }
}
