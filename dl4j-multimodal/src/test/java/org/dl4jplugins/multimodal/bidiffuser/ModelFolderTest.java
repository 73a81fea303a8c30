package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved models whose files are damaged or contradict each other. */
class ModelFolderTest {

    @TempDir Path folder;
    private Path settings;

    @BeforeEach
    void save() throws IOException {
        new BiDiffuser(Pairs.graph(Pairs.CONFIG), Pairs.CONFIG).save(folder);
        settings = folder.resolve("bidiffuser.json");
    }

    private void refused(UnaryOperator<String> change, String start) throws IOException {
        String good = Files.readString(settings);
        String bad = change.apply(good);
        assertTrue(!bad.equals(good), "nothing to change in " + good);
        Files.writeString(settings, bad);
        Exception e = assertThrows(IllegalArgumentException.class, () -> BiDiffuser.load(folder));
        assertTrue(e.getMessage().startsWith(start), e.getMessage());
        Files.writeString(settings, good);
    }

    @Test
    void damagedSettingsAreNamed() throws IOException {
        refused(json -> json.substring(0, 40), settings + " must be JSON: ");
        refused(json -> "[]", settings + " must have uvit, schedule and prediction, uvit is");
        refused(
                json -> json.replace("\"prediction\"", "\"predicted\""),
                settings + " must have uvit, schedule and prediction, prediction is missing");
        refused(
                json -> json.replace("EPSILON", "SCORE"),
                settings + ", prediction: must be one of [EPSILON, X0, V], got \"SCORE\"");
        refused(
                json -> json.replaceAll("\"width\" : \\d+", "\"width\" : 15"),
                settings + ", uvit: json must be a U-ViT configuration: ");
        refused(
                json -> json.replace("\"betas\"", "\"alphas\""),
                settings + ", schedule: steps: 0 given, right is 2 or more");
    }

    @Test
    void weightsOfOtherSizesAreNamed() throws IOException {
        Path weights = folder.resolve("uvit.safetensors");
        refused(
                json -> json.replaceAll("\"width\" : \\d+", "\"width\" : 32"),
                weights
                        + " is no checkpoint of this U-ViT configuration: token_embedding.weight"
                        + " has shape [2, 16], the configuration gives [2, 32]");
        refused(
                json -> json.replaceAll("\"timeMlp\" : false", "\"timeMlp\" : true"),
                weights
                        + " is no checkpoint of this U-ViT configuration: time_img_embed.0.weight"
                        + " [64, 16] is missing");
        Files.delete(weights);
        Exception e = assertThrows(NoSuchFileException.class, () -> BiDiffuser.load(folder));
        assertTrue(e.getMessage().contains(weights.toString()), e.getMessage());
    }

    @Test
    void wholeFoldersAreRead() throws IOException {
        UViTConfig config = BiDiffuser.load(folder).config();
        assertEquals(Pairs.CONFIG, config);
    }
}
