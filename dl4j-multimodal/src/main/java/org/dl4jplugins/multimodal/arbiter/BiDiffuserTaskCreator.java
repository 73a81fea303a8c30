package org.dl4jplugins.multimodal.arbiter;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.arbiter.CandidateTraining;
import org.dl4jplugins.core.arbiter.GraphTaskCreator;
import org.dl4jplugins.core.arbiter.Values;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageTextObjective;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionTrainer;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.diffusion.training.WeightAverage;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Trains the models of a {@link BiDiffuserSpace}'s candidates from nothing by BiDiffuser's
 * objective, for Arbiter's {@code LocalOptimizationRunner}. Arbiter needs no data source for it:
 *
 * <pre>{@code
 * OptimizationConfiguration search = new OptimizationConfiguration.Builder()
 *         .candidateGenerator(new RandomSearchGenerator(space))
 *         .scoreFunction(new AttributeScore(judge, wanted, texts, new IdentityLatent()))
 *         .modelSaver(new InMemoryResultSaver())
 *         .terminationConditions(new MaxCandidatesCondition(20))
 *         .build();
 * LocalOptimizationRunner runner = new LocalOptimizationRunner(search,
 *         new BiDiffuserTaskCreator.Builder(config, () -> TrainingData.of(pairs, 64, 1))
 *                 .training(trainer -> trainer.steps(2000).clip(1))
 *                 .average(0.999)
 *                 .build());
 * runner.execute();
 * }</pre>
 *
 * <p>A result's graph carries its model, see {@link TrainedBiDiffuser}. A candidate whose sizes do
 * not fit together or whose training fails is reported as failed, the search goes on.
 */
public final class BiDiffuserTaskCreator extends GraphTaskCreator {

    private final Builder settings;

    private BiDiffuserTaskCreator(Builder builder) {
        settings = new Builder(builder);
    }

    @Override
    protected CandidateTraining training() {
        return this::train;
    }

    private CandidateTraining.Trained train(
            Object candidate,
            Supplier<MultiDataSetIterator> none,
            Consumer<ComputationGraph> listen) {
        BiDiffuserCandidate chosen = (BiDiffuserCandidate) candidate;
        UViTConfig config = chosen.config(settings.base);
        NeuralNetConfiguration.Builder network = new NeuralNetConfiguration.Builder().seed(1);
        settings.network.accept(network);
        Adam adam = Adam.builder().learningRate(chosen.learningRate()).beta2(0.9).build();
        ComputationGraph graph = UViT.create(config, network.updater(adam));
        listen.accept(graph);
        ImageTextObjective.Builder terms = ImageTextObjective.biDiffuser(config, chosen.alpha());
        settings.objective.accept(terms);
        ImageTextObjective objective = terms.build();
        fit(graph, objective);
        SamplingSettings.Builder sampling = new SamplingSettings.Builder();
        settings.sampling.accept(sampling);
        BiDiffuser model =
                new BiDiffuser(graph, config, objective.schedule(), objective.prediction());
        graph.addListeners(new TrainedBiDiffuser(model, chosen.apply(sampling).build()));
        return new CandidateTraining.Trained(graph, config);
    }

    private void fit(ComputationGraph graph, ImageTextObjective objective) {
        DiffusionTrainer.Builder trainer =
                new DiffusionTrainer.Builder(graph, settings.data.get(), objective);
        settings.training.accept(trainer);
        if (settings.decay == 0) {
            trainer.build().run();
            return;
        }
        WeightAverage average =
                new WeightAverage.Builder(graph).decay(settings.decay).warmUp(true).build();
        trainer.average(average).build().run();
        graph.params().assign(average.weights());
    }

    /** What all candidates have in common. */
    public static final class Builder {

        private final UViTConfig base;
        private final Supplier<TrainingData> data;
        private Consumer<NeuralNetConfiguration.Builder> network = conf -> {};
        private Consumer<ImageTextObjective.Builder> objective = terms -> {};
        private Consumer<DiffusionTrainer.Builder> training = trainer -> {};
        private Consumer<SamplingSettings.Builder> sampling = way -> {};
        private double decay;

        /**
         * Starts with 1000 steps, seed 1 and no average of weights.
         *
         * @param base sizes of which width, depth and heads are the candidate's
         * @param data gives each candidate its training data, as {@link ImageTextObjective} wants
         *     them; called by several threads if the runner has several
         */
        public Builder(UViTConfig base, Supplier<TrainingData> data) {
            this.base = Objects.requireNonNull(base, "base");
            this.data = Objects.requireNonNull(data, "data");
        }

        private Builder(Builder other) {
            this(other.base, other.data);
            network = other.network;
            objective = other.objective;
            training = other.training;
            sampling = other.sampling;
            decay = other.decay;
        }

        /**
         * Settings of the network besides its sizes: seed, weight decay and so on.
         *
         * @param settings given a new builder for each candidate; the updater is the candidate's
         * @return this builder
         */
        public Builder network(Consumer<NeuralNetConfiguration.Builder> settings) {
            network = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Settings of the objective besides alpha: condition dropout, schedule, prediction.
         *
         * @param settings given the paper's objective with the candidate's alpha
         * @return this builder
         */
        public Builder objective(Consumer<ImageTextObjective.Builder> settings) {
            objective = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Settings of the training: steps, clipping, seed.
         *
         * @param settings given a new builder for each candidate
         * @return this builder
         */
        public Builder training(Consumer<DiffusionTrainer.Builder> settings) {
            training = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Settings of the sampling besides guidance and steps: solver, seed, limit.
         *
         * @param settings given a new builder for each candidate
         * @return this builder
         */
        public Builder sampling(Consumer<SamplingSettings.Builder> settings) {
            sampling = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Averages the weights, warmed up; the average is what is scored and kept.
         *
         * @param decay of the average, at least 0 and below 1; 0 (default) for none
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder average(double decay) {
            Values.require(decay >= 0 && decay < 1, "decay", decay, "at least 0 and below 1");
            this.decay = decay;
            return this;
        }

        /** {@return the task creator} */
        public BiDiffuserTaskCreator build() {
            return new BiDiffuserTaskCreator(this);
        }
    }
}
