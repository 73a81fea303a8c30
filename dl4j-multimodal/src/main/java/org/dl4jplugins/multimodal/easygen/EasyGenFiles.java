package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.vision.ClipImageEncoder;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * A pipeline as a folder: {@code easygen.json}, {@code language/} (a Hugging Face checkpoint),
 * {@code projection.safetensors}, {@code bidiffuser/}, {@code latents/}, {@code text/}, and with
 * those parts {@code adapter.safetensors} and {@code image/}.
 */
final class EasyGenFiles {
    static final String SETTINGS = "easygen.json";
    private static final String FORMAT = "easygen";
    private static final int VERSION = 1;
    private static final String LANGUAGE = "language";
    private static final String PROJECTION = "projection.safetensors";
    private static final String ADAPTER = "adapter.safetensors";
    private static final String MODEL = "bidiffuser";
    private static final String LATENTS = "latents";
    private static final String TEXT = "text";
    private static final String IMAGES = "image";

    private EasyGenFiles() {}

    static void save(EasyGen easyGen, Path folder) throws IOException {
        EasyGenParts parts = easyGen.parts();
        HfCheckpoint checkpoint =
                parts.checkpoint()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "checkpoint must be set to save a pipeline"
                                                        + " (EasyGenParts.Builder.checkpoint), got"
                                                        + " none"));
        PartFiles.requireSavable(parts);
        WholeFolder.write(folder, SETTINGS, target -> write(easyGen, checkpoint, target));
    }

    private static void write(EasyGen easyGen, HfCheckpoint checkpoint, Path folder)
            throws IOException {
        EasyGenParts parts = easyGen.parts();
        ImageLanguageModel language = parts.language();
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode json = mapper.createObjectNode().put("format", FORMAT).put("version", VERSION);
        json.set("settings", mapper.readTree(Json.write(easyGen.settings())));
        json.put("alignment", language.alignment().name());
        json.putObject("marks")
                .put("open", language.marks().open())
                .put("close", language.marks().close())
                .put("placeholder", language.marks().placeholder());
        json.set("template", mapper.readTree(language.template().toJson()));
        json.set("projection", mapper.readTree(language.projection().toJson()));
        checkpoint.withGraph(language.languageModel()).save(folder.resolve(LANGUAGE));
        language.saveProjection(folder.resolve(PROJECTION));
        parts.model().save(folder.resolve(MODEL));
        json.set(LATENTS, PartFiles.save(parts.space(), folder.resolve(LATENTS)));
        json.set(TEXT, PartFiles.save(parts.text(), language, folder.resolve(TEXT)));
        if (parts.adapter().isPresent()) {
            Adapter adapter = parts.adapter().get();
            json.set("adapter", mapper.readTree(adapter.config().toJson()));
            adapter.save(folder.resolve(ADAPTER));
        }
        if (parts.imageEncoder().isPresent()) {
            ClipImageEncoder images = parts.imageEncoder().get();
            json.set(IMAGES, ClipJson.write(images.config()));
            images.save(folder.resolve(IMAGES).resolve(PartFiles.WEIGHTS));
        }
        json.set("files", FileList.of(folder));
        AtomicFiles.write(folder.resolve(SETTINGS), mapper.writeValueAsString(json));
    }

    static EasyGen load(Path folder) throws IOException {
        Path file = folder.resolve(SETTINGS);
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "a saved EasyGen pipeline has this file");
        }
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " must be JSON: " + e.getMessage(), e);
        }
        Require.that(
                json.path("format").asText().equals(FORMAT)
                        && json.path("version").asInt() == VERSION,
                "format of " + file,
                json.path("format") + " " + json.path("version"),
                "\"" + FORMAT + "\" " + VERSION);
        FileList.check(json.path("files"), folder);
        EasyGenSettings settings =
                Json.read(
                        json.path("settings").toString(),
                        EasyGenSettings.class,
                        "a pipeline's settings");
        return new EasyGen(parts(json, folder), settings);
    }

    private static EasyGenParts parts(JsonNode json, Path folder) throws IOException {
        HfCheckpoint checkpoint = HfCheckpoint.load(folder.resolve(LANGUAGE));
        JsonNode marks = json.path("marks");
        ImageLanguageModel language =
                new ImageLanguageModel.Builder(
                                checkpoint.graph(),
                                checkpoint.tokenizer(),
                                ProjectionConfig.fromJson(json.path("projection").toString()))
                        .alignment(Alignment.valueOf(json.path("alignment").asText()))
                        .marks(
                                new ImageMarks(
                                        marks.path("open").asText(),
                                        marks.path("close").asText(),
                                        marks.path("placeholder").asText()))
                        .template(PromptTemplate.fromJson(json.path("template").toString()))
                        .build();
        language.loadProjection(folder.resolve(PROJECTION));
        BiDiffuser model = BiDiffuser.load(folder.resolve(MODEL));
        LatentSpace space = PartFiles.latents(json.path(LATENTS), folder.resolve(LATENTS));
        TextLatents text =
                PartFiles.text(json.path(TEXT), checkpoint.tokenizer(), folder.resolve(TEXT));
        EasyGenParts.Builder parts =
                new EasyGenParts.Builder(language, model, space, text).checkpoint(checkpoint);
        if (json.has("adapter")) {
            Adapter adapter =
                    Adapter.create(
                            AdapterConfig.fromJson(json.path("adapter").toString()),
                            PartFiles.plain());
            adapter.load(folder.resolve(ADAPTER));
            parts.adapter(adapter);
        }
        if (json.has(IMAGES)) {
            ClipImageEncoder images =
                    ClipImageEncoder.create(ClipJson.read(json.path(IMAGES)), PartFiles.plain());
            images.load(folder.resolve(IMAGES).resolve(PartFiles.WEIGHTS));
            parts.imageEncoder(images);
        }
        return parts.build();
    }
}
