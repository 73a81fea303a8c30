package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Texts in the place of the images they describe: a diffusion model turns an image into the latent
 * of a text, so a projection and a language model can be trained on the latents of captions before
 * there are images (caption pre-training).
 *
 * <pre>{@code
 * ImageLatents standIns = new TextStandIns.Builder(captions,
 *         texts -> captionModel.decode(captionModel.encode(textEncoder.states(texts)))).build();
 * }</pre>
 */
public final class TextStandIns implements ImageLatents {
    private final List<String> texts;
    private final Function<List<String>, INDArray> encoder;
    private final double noise;
    private final long seed;

    private TextStandIns(Builder builder) {
        texts = builder.texts;
        encoder = builder.encoder;
        noise = builder.noise;
        seed = builder.seed;
    }

    @Override
    public int size() {
        return texts.size();
    }

    /** The latents of these texts; a text has the same noise at each call. */
    @Override
    public INDArray latents(int... images) {
        INDArray latents = encoder.apply(Arrays.stream(images).mapToObj(texts::get).toList());
        Require.shape(
                "latents of " + images.length + " texts",
                latents,
                "[" + images.length + ", tokens, width]",
                images.length,
                -1,
                -1);
        if (noise == 0) {
            return latents;
        }
        INDArray noised = latents.dup('c');
        for (int i = 0; i < images.length; i++) {
            Random random =
                    Nd4j.getRandomFactory().getNewRandomInstance(seed * 1_000_003 + images[i] + 1);
            INDArray row = noised.slice(i);
            row.addi(Nd4j.randn(random, row.shape()).castTo(row.dataType()).muli(noise));
        }
        return noised;
    }

    /** Settings of {@link TextStandIns}; texts and encoder are required. */
    public static final class Builder {
        private final List<String> texts;
        private final Function<List<String>, INDArray> encoder;
        private double noise;
        private long seed = 1;

        /**
         * @param texts captions, at least one; their numbers are those of the images
         * @param encoder gives the latents of texts [texts, tokens, latent width], as the
         *     projection will read those of images
         * @throws IllegalArgumentException if there is no text
         */
        public Builder(List<String> texts, Function<List<String>, INDArray> encoder) {
            this.texts = List.copyOf(texts);
            this.encoder = Objects.requireNonNull(encoder, "encoder");
            Require.atLeast(1, "number of texts", texts.size());
        }

        /**
         * Adds noise, so that latents that a diffusion model makes, which are not exactly those of
         * a text, are read as well.
         *
         * @param deviation of the Gaussian noise on each value, at least 0; default 0
         * @return this
         */
        public Builder noise(double deviation) {
            Require.that(
                    deviation >= 0 && Double.isFinite(deviation),
                    "noise",
                    deviation,
                    "at least 0 and finite");
            noise = deviation;
            return this;
        }

        /**
         * Sets the seed of the noise.
         *
         * @param seed default 1
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** {@return the stand-ins} */
        public TextStandIns build() {
            return new TextStandIns(this);
        }
    }
}
