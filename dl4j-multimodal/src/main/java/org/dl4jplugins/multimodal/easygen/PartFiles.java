package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.multimodal.data.LongText;
import org.dl4jplugins.multimodal.text.CaptionConfig;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.vision.AutoencoderConfig;
import org.dl4jplugins.multimodal.vision.AutoencoderKL;
import org.dl4jplugins.multimodal.vision.ClipTextEncoder;
import org.dl4jplugins.multimodal.vision.IdentityLatent;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Latent spaces of images and texts as files, with their sizes as JSON. */
final class PartFiles {
    static final String WEIGHTS = "model.safetensors";
    private static final String CAPTIONS = "captions.safetensors";
    private static final String SHARED = "language";

    private PartFiles() {}

    static NeuralNetConfiguration.Builder plain() {
        return new NeuralNetConfiguration.Builder().seed(1);
    }

    /** Refuses parts that no file is known for. */
    static void requireSavable(EasyGenParts parts) {
        LatentSpace space = parts.space();
        Require.that(
                space instanceof IdentityLatent || space instanceof AutoencoderKL,
                "latent space of a pipeline that is saved",
                space.getClass().getName(),
                "an IdentityLatent or an AutoencoderKL");
        Require.that(
                parts.text() instanceof ClipTextLatents,
                "text latents of a pipeline that is saved",
                parts.text().getClass().getName(),
                "ClipTextLatents");
    }

    static ObjectNode save(LatentSpace space, Path folder) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        if (space instanceof IdentityLatent identity) {
            return json.put("kind", "identity")
                    .put("channels", identity.channels())
                    .put("scale", identity.scale());
        }
        AutoencoderKL autoencoder = (AutoencoderKL) space;
        autoencoder.save(folder.resolve(WEIGHTS));
        AutoencoderConfig c = autoencoder.config();
        json.put("kind", "autoencoder")
                .put("imageChannels", c.imageChannels())
                .put("latentChannels", c.latentChannels())
                .put("channels", c.channels())
                .put("blocks", c.blocks())
                .put("groups", c.groups())
                .put("scale", c.scale())
                .put("klWeight", c.klWeight());
        ArrayNode multipliers = json.putArray("multipliers");
        for (int multiplier : c.multipliers()) {
            multipliers.add(multiplier);
        }
        return json;
    }

    static LatentSpace latents(JsonNode json, Path folder) throws IOException {
        String kind = json.path("kind").asText();
        if (kind.equals("identity")) {
            return new IdentityLatent(json.path("channels").asInt(), json.path("scale").asDouble());
        }
        Require.that(
                kind.equals("autoencoder"), "kind of latents", kind, "identity or autoencoder");
        JsonNode multipliers = json.path("multipliers");
        AutoencoderConfig config =
                new AutoencoderConfig.Builder()
                        .imageChannels(json.path("imageChannels").asInt())
                        .latentChannels(json.path("latentChannels").asInt())
                        .channels(json.path("channels").asInt())
                        .multipliers(
                                IntStream.range(0, multipliers.size())
                                        .map(i -> multipliers.get(i).asInt())
                                        .toArray())
                        .blocks(json.path("blocks").asInt())
                        .groups(json.path("groups").asInt())
                        .scale(json.path("scale").asDouble())
                        .klWeight(json.path("klWeight").asDouble())
                        .build();
        AutoencoderKL autoencoder = AutoencoderKL.create(config, plain());
        autoencoder.load(folder.resolve(WEIGHTS));
        return autoencoder;
    }

    static ObjectNode save(TextLatents latents, ImageLanguageModel language, Path folder)
            throws IOException {
        ClipTextLatents text = (ClipTextLatents) latents;
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.set("encoder", ClipJson.write(text.encoder().config()));
        json.put("longText", text.longText().name());
        boolean shared = text.tokenizer() == language.tokenizer();
        json.put("tokenizer", shared ? SHARED : "own");
        text.encoder().save(folder.resolve(WEIGHTS));
        if (!shared) {
            text.tokenizer().save(folder);
        }
        if (text.captions().isPresent()) {
            CaptionModel captions = text.captions().get();
            CaptionConfig c = captions.config();
            json.putObject("captions")
                    .put("stateTokens", c.stateTokens())
                    .put("stateWidth", c.stateWidth())
                    .put("latentWidth", c.latentWidth())
                    .put("vocabulary", c.vocabulary())
                    .put("endToken", c.endToken())
                    .put("maxTokens", c.maxTokens())
                    .put("width", c.width())
                    .put("heads", c.heads())
                    .put("layers", c.layers());
            tensors(captions).save(folder.resolve(CAPTIONS));
        }
        return json;
    }

    static TextLatents text(JsonNode json, HfTokenizer shared, Path folder) throws IOException {
        ClipTextEncoder encoder =
                ClipTextEncoder.create(ClipJson.read(json.path("encoder")), plain());
        encoder.load(folder.resolve(WEIGHTS));
        boolean own = !json.path("tokenizer").asText().equals(SHARED);
        CaptionModel captions = null;
        if (json.has("captions")) {
            JsonNode c = json.path("captions");
            captions =
                    CaptionModel.create(
                            new CaptionConfig(
                                    c.path("stateTokens").asInt(),
                                    c.path("stateWidth").asInt(),
                                    c.path("latentWidth").asInt(),
                                    c.path("vocabulary").asInt(),
                                    c.path("endToken").asInt(),
                                    c.path("maxTokens").asInt(),
                                    c.path("width").asInt(),
                                    c.path("heads").asInt(),
                                    c.path("layers").asInt()),
                            plain());
            tensors(captions).load(folder.resolve(CAPTIONS));
        }
        return new ClipTextLatents(
                encoder,
                own ? HfTokenizer.load(folder) : shared,
                captions,
                LongText.valueOf(json.path("longText").asText()));
    }

    private static GraphTensors tensors(CaptionModel captions) {
        return new GraphTensors("a caption model of " + captions.config(), captions.graph(), "");
    }
}
