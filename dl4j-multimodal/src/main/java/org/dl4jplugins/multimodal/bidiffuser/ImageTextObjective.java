package org.dl4jplugins.multimodal.bidiffuser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.dl4jplugins.multimodal.bidiffuser.ObjectiveTerm.Noised;
import org.dl4jplugins.multimodal.diffusion.DiscreteSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionObjective;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns batches of images and texts into batches on which a U-ViT learns to predict noise: with
 * ordinary {@code graph.fit}, weights of outputs as label masks.
 *
 * <p>The loss is the sum over the terms of the mean over the examples of the weighted errors, see
 * {@link ObjectiveTerm}. Either every example is used under each term, so that a batch becomes as
 * many times larger as there are terms, or the examples are shared out among the terms, with the
 * same expectation.
 *
 * <p>Batches that come in have the features image latent [batch, channels, height, width], image
 * embedding [batch, 1, width] if the model has one, text latent [batch, tokens, width], and
 * optionally the data type [batch, 1].
 *
 * <pre>{@code
 * ImageTextObjective objective = ImageTextObjective.biDiffuser(config, 1).build();
 * graph.fit(new NoisedIterator(pairs, objective, seed), epochs); // or by a DiffusionTrainer
 * }</pre>
 */
public final class ImageTextObjective implements DiffusionObjective {
    private final UViTConfig config;
    private final NoiseSchedule schedule;
    private final Prediction prediction;
    private final List<ObjectiveTerm> terms;
    private final boolean shared;
    private final int dataType;

    private ImageTextObjective(Builder builder) {
        config = builder.config;
        schedule = builder.schedule;
        prediction = builder.prediction;
        terms = List.copyOf(builder.terms);
        shared = builder.shared;
        dataType = builder.dataType;
    }

    /**
     * UniDiffuser's objective (equation 4): noise on both modalities, each at a time of its own, to
     * train a model from nothing that can do all modes.
     *
     * @param config sizes of the model
     * @return a builder with one term, all weights 1
     */
    public static Builder uniDiffuser(UViTConfig config) {
        return new Builder(config)
                .term(new ObjectiveTerm.Builder(Noised.BOTH).weights(1, 1, 1).build());
    }

    /**
     * BiDiffuser's objective (EasyGen, equation 3): images with noise given texts, plus alpha times
     * texts with noise given images.
     *
     * @param config sizes of the model
     * @param alpha weight of the texts, above 0; the paper does not give its value
     * @return a builder with both terms
     */
    public static Builder biDiffuser(UViTConfig config, double alpha) {
        return new Builder(config)
                .term(new ObjectiveTerm.Builder(Noised.IMAGE).weights(1, 1, 0).build())
                .term(new ObjectiveTerm.Builder(Noised.TEXT).weights(0, 0, alpha).build());
    }

    /**
     * What the published training code minimizes, {@code LSimple}: text given image, all examples
     * of a batch at one time, and the image's output towards zero.
     *
     * @param config sizes of the model
     * @return a builder with one term
     */
    public static Builder codeImageToText(UViTConfig config) {
        return new Builder(config)
                .term(
                        new ObjectiveTerm.Builder(Noised.TEXT)
                                .weights(1, 0, 1)
                                .oneTime(true)
                                .build());
    }

    /**
     * What the published training code has besides, {@code LSimple_T2I}: image given text, 1.2
     * times the image latent and once the image embedding.
     *
     * @param config sizes of the model
     * @return a builder with one term
     */
    public static Builder codeTextToImage(UViTConfig config) {
        return new Builder(config)
                .term(new ObjectiveTerm.Builder(Noised.IMAGE).weights(1.2, 1, 0).build());
    }

    /**
     * The published code's joint variant, {@code LSimple1}: noise on both, 20 times the text and
     * once the image, of which latent and embedding count alike.
     *
     * @param config sizes of the model
     * @return a builder with one term
     */
    public static Builder codeJoint(UViTConfig config) {
        return new Builder(config)
                .term(new ObjectiveTerm.Builder(Noised.BOTH).weights(1, 1, 20).build());
    }

    /** {@return the terms} */
    public List<ObjectiveTerm> terms() {
        return terms;
    }

    @Override
    public String describe() {
        return terms
                + (shared ? " on parts of a batch, " : ", ")
                + schedule
                + ", "
                + prediction
                + ", data type "
                + dataType;
    }

    /** {@return how data become noise} */
    public NoiseSchedule schedule() {
        return schedule;
    }

    /** {@return what the network learns to predict} */
    public Prediction prediction() {
        return prediction;
    }

    /**
     * Adds noise to a batch.
     *
     * @param clean features as described above; is not changed
     * @param random gives times and noise
     * @return inputs, targets and label masks of the U-ViT
     * @throws IllegalArgumentException if features have not the model's shapes, naming them
     */
    @Override
    public MultiDataSet examples(
            org.nd4j.linalg.dataset.api.MultiDataSet clean, NoiseSource random) {
        INDArray[] features = clean.getFeatures();
        ImageText pairs = pairs(features);
        int batch = (int) pairs.batch();
        INDArray types =
                features.length > textAt() + 1
                        ? features[textAt() + 1]
                        : Nd4j.valueArrayOf(
                                new long[] {batch, 1}, dataType, pairs.text().dataType());
        if (!shared) {
            List<NoisedTerm> noised = new ArrayList<>();
            for (ObjectiveTerm term : terms) {
                noised.add(noised(term, pairs, random));
            }
            return join(noised, Rows.repeated(types, terms.size()));
        }
        Require.that(batch >= terms.size(), "batch", batch, "at least " + terms.size());
        int[] order = Rows.order(batch, random);
        List<NoisedTerm> noised = new ArrayList<>();
        List<INDArray> typesInOrder = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            int[] rows =
                    Arrays.copyOfRange(
                            order, batch * i / terms.size(), batch * (i + 1) / terms.size());
            noised.add(noised(terms.get(i), Rows.of(pairs, rows), random));
            typesInOrder.add(Rows.of(types, rows));
        }
        return join(noised, Nd4j.concat(0, typesInOrder.toArray(INDArray[]::new)));
    }

    private NoisedTerm noised(ObjectiveTerm term, ImageText pairs, NoiseSource random) {
        NoisedTerm.Draws draws = NoisedTerm.Draws.of(term, pairs, schedule, random);
        return NoisedTerm.of(term, pairs, draws, schedule, prediction);
    }

    /** Puts the terms' examples below each other. */
    MultiDataSet join(List<NoisedTerm> noised, INDArray types) {
        int steps = Network.of(null, config, schedule.steps()).steps();
        return new JoinedTerms(config, terms, noised).batch(types, steps);
    }

    private int textAt() {
        return config.clipWidth() > 0 ? 2 : 1;
    }

    private ImageText pairs(INDArray[] features) {
        boolean clip = config.clipWidth() > 0;
        int most = textAt() + 1 + (config.dataTypes() > 0 ? 1 : 0);
        Require.that(
                features.length > textAt() && features.length <= most,
                "features",
                features.length,
                "image, " + (clip ? "image embedding, " : "") + "text and at most the data type");
        INDArray image = features[0];
        Require.shape(
                "image",
                image,
                "[batch, " + config.imageChannels() + ", height, width]",
                -1,
                config.imageChannels(),
                -1,
                -1);
        long batch = image.size(0);
        if (clip) {
            Require.shape(
                    "image embedding",
                    features[1],
                    "[" + batch + ", 1, " + config.clipWidth() + "]",
                    batch,
                    1,
                    config.clipWidth());
        }
        Require.shape(
                "text",
                features[textAt()],
                "[" + batch + ", " + config.textTokens() + ", " + config.textWidth() + "]",
                batch,
                config.textTokens(),
                config.textWidth());
        return new ImageText(new ImageLatent(image, clip ? features[1] : null), features[textAt()]);
    }

    /** Settings of a {@link ImageTextObjective}. */
    public static final class Builder {
        private final UViTConfig config;
        private final List<ObjectiveTerm> terms = new ArrayList<>();
        private NoiseSchedule schedule = DiscreteSchedule.stableDiffusion();
        private Prediction prediction = Prediction.EPSILON;
        private boolean shared;
        private int dataType;

        /**
         * Starts without terms, with Stable Diffusion's schedule, predicting the noise.
         *
         * @param config sizes of the model
         */
        public Builder(UViTConfig config) {
            this.config = Objects.requireNonNull(config, "config");
            dataType = Math.max(0, config.dataTypes() - 1);
        }

        /**
         * Adds a term.
         *
         * @param term of the sum
         * @return this
         */
        public Builder term(ObjectiveTerm term) {
            terms.add(Objects.requireNonNull(term, "term"));
            return this;
        }

        /**
         * Replaces conditions by pure noise now and then, in all terms that have one.
         *
         * @param probability for each example, from 0 to below 1
         * @return this
         */
        public Builder conditionDropout(double probability) {
            terms.replaceAll(
                    t ->
                            t.noised() == Noised.BOTH
                                    ? t
                                    : new ObjectiveTerm.Builder(t.noised())
                                            .weights(
                                                    t.imageWeight(), t.clipWeight(), t.textWeight())
                                            .oneTime(t.oneTime())
                                            .conditionDropout(probability)
                                            .build());
            return this;
        }

        /**
         * Sets how data become noise.
         *
         * @param schedule Stable Diffusion's by default
         * @return this
         */
        public Builder schedule(NoiseSchedule schedule) {
            this.schedule = Objects.requireNonNull(schedule, "schedule");
            return this;
        }

        /**
         * Sets what the network learns to predict.
         *
         * @param prediction the noise by default
         * @return this
         */
        public Builder prediction(Prediction prediction) {
            this.prediction = Objects.requireNonNull(prediction, "prediction");
            return this;
        }

        /**
         * Sets whether the examples of a batch are shared out among the terms.
         *
         * @param shared false by default: every example is used under every term
         * @return this
         */
        public Builder shared(boolean shared) {
            this.shared = shared;
            return this;
        }

        /**
         * Sets the data type of batches that do not say it.
         *
         * @param type the last one by default
         * @return this
         */
        public Builder dataType(int type) {
            this.dataType = type;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the objective
         * @throws IllegalArgumentException if there is no term, or the data type is unknown
         */
        public ImageTextObjective build() {
            Require.that(!terms.isEmpty(), "terms", terms, "at least one");
            Require.that(
                    dataType >= 0 && dataType < Math.max(1, config.dataTypes()),
                    "dataType",
                    dataType,
                    "from 0 to below dataTypes, " + config.dataTypes());
            return new ImageTextObjective(this);
        }
    }
}
