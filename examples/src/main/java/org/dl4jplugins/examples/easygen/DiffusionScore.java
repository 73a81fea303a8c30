package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.metric.AttributeAccuracy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a diffusion model can do alone: draws and reads held-out scenes. */
final class DiffusionScore {

    private static final long SEED = 71;

    private final Diffusion diffusion;
    private final TextLatents texts;
    private final SceneData data;
    private final Judge judge;
    private final EasyGenFolder folder;

    DiffusionScore(
            Diffusion diffusion,
            TextLatents texts,
            SceneData data,
            Judge judge,
            EasyGenFolder folder) {
        this.diffusion = diffusion;
        this.texts = texts;
        this.data = data;
        this.judge = judge;
        this.folder = folder;
    }

    /**
     * Scores a model.
     *
     * @param count held-out scenes
     */
    StageResult score(DiffusionVariant variant, int count) throws IOException {
        BiDiffuser model = BiDiffuser.load(folder.model(variant.stage()));
        List<Scene> scenes = diffusion.testScenes(count);
        List<SceneDescription> asked = SceneData.descriptions(scenes);
        List<String> captions = diffusion.testCaptions(count);
        INDArray real = data.pictures(scenes);
        INDArray drawn = diffusion.draw(model, captions, SEED);
        AttributeAccuracy recognized = judge.score(drawn, asked);
        List<String> said = texts.captions(diffusion.read(model, real, SEED));
        AttributeAccuracy read = new AttributeAccuracy();
        for (int i = 0; i < count; i++) {
            read.add(asked.get(i), said.get(i));
        }
        save(folder, variant.stage() + "-drawn", drawn);
        SafeTensorsWriter.write(
                folder.model(variant.stage()).resolve("texts.safetensors"),
                Map.of("texts", texts.latents(captions)),
                Map.of("captions", String.join("\n", captions)));
        save(folder, "real", real);
        StageResult result =
                StageResult.create()
                        .metric("drawn as asked", recognized.exact())
                        .metric("drawn, not recognized", recognized.unreadable())
                        .metric("read exactly", read.exact())
                        .metric("read, no caption", read.unreadable())
                        .metric("fid", judge.fid(real, drawn))
                        .texts("prompts", captions)
                        .texts("seen", words(judge.see(drawn)))
                        .texts("said", said);
        recognized.byAttribute().forEach((name, share) -> result.metric("drawn " + name, share));
        read.byAttribute().forEach((name, share) -> result.metric("read " + name, share));
        return result;
    }

    /** Keeps pictures for the page. */
    static void save(EasyGenFolder folder, String name, INDArray pictures) throws IOException {
        AtomicFiles.write(folder.pictures(name), out -> Nd4j.write(out, pictures));
    }

    /** What was seen, in words. */
    static List<String> words(List<Optional<SceneDescription>> seen) {
        List<String> words = new ArrayList<>();
        seen.forEach(s -> words.add(s.map(SceneCaptions::caption).orElse("?")));
        return words;
    }
}
