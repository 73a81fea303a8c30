package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.IdentityLatent;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The diffusion model: how it is trained, and pictures of texts and texts of pictures. */
final class Diffusion {

    private static final int BATCH = 64;

    private final DiffusionSettings settings;
    private final SceneData data;
    private final TextLatents texts;
    private final LatentSpace space;

    Diffusion(DiffusionSettings settings, SceneData data, TextLatents texts) {
        this.settings = settings;
        this.data = data;
        this.texts = texts;
        space = new IdentityLatent(3, settings.scale());
    }

    LatentSpace space() {
        return space;
    }

    /** Trains by a variant of the objective, see {@link DiffusionTraining}. */
    StageResult train(DiffusionVariant variant, TextSettings text, Training training, long seed)
            throws IOException {
        UViTConfig config =
                settings.uvit(
                        data.side(),
                        texts.tokens(),
                        text.latent(),
                        settings.imageEmbedding() ? text.embedding() : 0);
        return new DiffusionTraining(settings, config, this::data).train(variant, training, seed);
    }

    private TrainingData data(long firstStep) {
        return step -> pairs((firstStep + step) * settings.batch(), settings.batch());
    }

    private MultiDataSet pairs(long first, int count) {
        List<Scene> scenes = SceneData.scenes(data.training(), first, count);
        INDArray pictures = data.pictures(scenes);
        List<INDArray> features = new ArrayList<>(List.of(space.encode(pictures)));
        if (settings.imageEmbedding()) {
            features.add(texts.imageTokens(pictures));
        }
        features.add(texts.latents(data.captions(data.training(), first, count)));
        return new MultiDataSet(features.toArray(INDArray[]::new), null);
    }

    /** Pictures as the model reads them. */
    ImageLatent latent(INDArray pictures) {
        return new ImageLatent(
                space.encode(pictures),
                settings.imageEmbedding() ? texts.imageTokens(pictures) : null);
    }

    /** How pictures are drawn. */
    SamplingSettings drawing(long seed) {
        return settings.sampling(settings.imageGuidance(), seed);
    }

    /** How pictures are read. */
    SamplingSettings reading(long seed) {
        return settings.sampling(settings.textGuidance(), seed);
    }

    /** Pictures [captions, 3, side, side] of captions. */
    INDArray draw(BiDiffuser model, List<String> captions, long seed) {
        List<INDArray> drawn = new ArrayList<>();
        for (int first = 0; first < captions.size(); first += BATCH) {
            List<String> part = captions.subList(first, Math.min(first + BATCH, captions.size()));
            drawn.add(draw(model, texts.latents(part), seed + first));
        }
        return Nd4j.concat(0, drawn.toArray(INDArray[]::new));
    }

    /** Pictures of a batch of text latents. */
    INDArray draw(BiDiffuser model, INDArray latents, long seed) {
        return space.decode(model.textToImage(latents, drawing(seed)).latent());
    }

    /** Text latents [pictures, tokens, latent] of pictures. */
    INDArray read(BiDiffuser model, INDArray pictures, long seed) {
        List<INDArray> read = new ArrayList<>();
        for (long first = 0; first < pictures.size(0); first += BATCH) {
            INDArrayIndex[] part = {
                NDArrayIndex.interval(first, Math.min(first + BATCH, pictures.size(0))),
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.all()
            };
            ImageLatent images = latent(pictures.get(part).dup('c'));
            read.add(model.imageToText(images, reading(seed + first)));
        }
        return Nd4j.concat(0, read.toArray(INDArray[]::new));
    }

    /** Mean loss of each hundredth of a training. */
    static double[] smooth(double[] losses) {
        int points = Math.min(100, losses.length);
        double[] means = new double[points];
        for (int i = 0; i < points; i++) {
            int from = i * losses.length / points;
            int to = Math.max(from + 1, (i + 1) * losses.length / points);
            means[i] = DoubleStream.of(Arrays.copyOfRange(losses, from, to)).average().orElse(0);
        }
        return means;
    }

    /** Scenes of held-out descriptions, for tests. */
    List<Scene> testScenes(int count) {
        return SceneData.scenes(data.heldOut(), SceneData.TEST, count);
    }

    /** Their captions. */
    List<String> testCaptions(int count) {
        SceneGenerator generator = data.heldOut();
        return data.captions(generator, SceneData.TEST, count);
    }
}
