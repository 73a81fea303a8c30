package org.dl4jplugins.examples.easygen;

import java.util.Arrays;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What the way from latents back to words learns from. */
final class CaptionBatches implements TrainingData {

    private final TextSettings settings;
    private final SceneData data;
    private final TextLatents texts;
    private final int batch;
    private final long seed;
    private final int[] words;

    CaptionBatches(TextSettings settings, SceneData data, TextLatents texts, int batch, long seed) {
        this.settings = settings;
        this.data = data;
        this.texts = texts;
        this.batch = batch;
        this.seed = seed;
        words =
                data.world().vocabulary().stream()
                        .flatMapToInt(word -> Arrays.stream(texts.ids(word)))
                        .toArray();
    }

    /** Captions, and random words that teach to read each token for itself. */
    @Override
    public MultiDataSet batch(long step) {
        NoiseSource random = new NoiseSource(seed, step, 3);
        int[][] said =
                data.captions(data.training(), step * batch, batch).stream()
                        .map(texts::ids)
                        .toArray(int[][]::new);
        for (int i = 0; i < said.length; i++) {
            if (random.uniform() < settings.randomWords()) {
                said[i] = randomWords(random);
            }
        }
        INDArray states = texts.encoded(said);
        return texts.captionModel().batch(blurred(states, random), said);
    }

    /** Moves each text's states a little towards another's: noise that varies as they do. */
    private INDArray blurred(INDArray states, NoiseSource random) {
        int count = (int) states.size(0);
        INDArray noise = Nd4j.create(states.dataType(), states.shape());
        for (long i = 0; i < count; i++) {
            INDArray one = states.slice(random.below(count));
            noise.slice(i).assign(one.sub(states.slice(random.below(count))));
        }
        return states.addi(noise.muli(settings.noise() / Math.sqrt(2)));
    }

    private int[] randomWords(NoiseSource random) {
        int[] ids = new int[1 + random.below(texts.tokens() - 1)];
        for (int t = 0; t < ids.length; t++) {
            ids[t] = words[random.below(words.length)];
        }
        return ids;
    }
}
