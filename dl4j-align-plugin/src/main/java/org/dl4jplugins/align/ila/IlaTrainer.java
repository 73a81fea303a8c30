package org.dl4jplugins.align.ila;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.TextIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Both stages of ILA in a row: trains the increments of a LoRA graph until the loss is
 * epsilon-stable, then learns which of them matter.
 *
 * <p>From the paper (arXiv 2410.17875): the two stages, epsilon-stability as the end of the first,
 * the scores as the second's only parameters. What the settings are by default is ours, see {@link
 * StabilityCriterion.Builder} and {@link ScoreSettings}.
 *
 * <p>The first stage should end at stability, not far beyond: where the increments are the best
 * possible ones, no change of their scale lowers the loss, and the scores follow noise.
 *
 * <p>A step depends on the graph, the batch, the seed and the step's number only: the global random
 * generator is seeded before each. With {@link Builder#checkpoints} a run that was interrupted goes
 * on, with a graph made in the same way, to exactly the numbers that it would have given.
 *
 * <pre>{@code
 * IlaResult result =
 *         new IlaTrainer.Builder(loraGraph, iterator).run("alpaca, seed 1").seed(1)
 *                 .stability(new StabilityCriterion.Builder().epsilon(0.02))
 *                 .checkpoints(Path.of("run1"), 100).progress(System.out::println)
 *                 .build().train();
 * result.significance().save(Path.of("layers.json"));
 * }</pre>
 */
public final class IlaTrainer {

    private final Builder settings;

    private IlaTrainer(Builder settings) {
        this.settings = settings;
    }

    /**
     * Runs both stages. The given graph's increments are trained in place; its listeners see the
     * first stage.
     *
     * @return the trained graph and the scores
     * @throws IllegalArgumentException if a loss is not finite, an epoch has no batch, or the
     *     checkpoint is of another training
     * @throws java.io.UncheckedIOException if a checkpoint cannot be read or written
     */
    public IlaResult train() {
        ComputationGraph graph = settings.graph;
        StabilityCriterion stability = settings.stability.build();
        double[] losses = loop(1, graph, settings.stability.maximumSteps()).run(stability);
        ScoreModel model = ScoreModel.of(graph, settings.scores);
        int steps = settings.scores.steps();
        double[] scoreLosses = loop(2, model.graph(), steps).run(exactly(steps));
        LayerSignificance.Builder report =
                model.report(settings.run)
                        .detail("seed", settings.seed)
                        .detail("stage 1", stability)
                        .detail("stage 2", settings.scores);
        return new IlaResult(graph, stability.stop(), losses, scoreLosses, report.build());
    }

    private StepLoop loop(int stage, ComputationGraph graph, int maximum) {
        Path folder = settings.folder;
        return new StepLoop(
                graph,
                settings.data,
                settings.seed + stage,
                folder == null ? null : new Checkpoint(folder.resolve("stage" + stage + ".zip")),
                settings.every,
                (step, loss) ->
                        settings.progress.accept(new IlaProgress(stage, step, maximum, loss)));
    }

    private static StabilityCriterion exactly(int steps) {
        return new StabilityCriterion.Builder().minimumSteps(steps).maximumSteps(steps).build();
    }

    /** What is trained and how. */
    public static final class Builder {

        private final ComputationGraph graph;
        private final IntFunction<MultiDataSetIterator> data;
        private StabilityCriterion.Builder stability = new StabilityCriterion.Builder();
        private ScoreSettings scores = new ScoreSettings.Builder().build();
        private String run = "ILA";
        private long seed = 1;
        private Path folder;
        private int every = 100;
        private Consumer<IlaProgress> progress = step -> {};

        /**
         * Starts with the defaults.
         *
         * @param graph with increments, from {@link org.dl4jplugins.align.lora.LoraTransformer}
         * @param data gives the batches of an epoch, counted from 0 in each stage; the same ones
         *     each time it is asked for the same epoch
         */
        public Builder(ComputationGraph graph, IntFunction<MultiDataSetIterator> data) {
            Ensure.that(graph != null, "graph: null given, right is a graph with increments");
            Ensure.that(data != null, "data: null given, right is a source of batches");
            this.graph = graph;
            this.data = data;
        }

        /**
         * Starts with the defaults and an iterator that is read once per epoch: a {@link
         * TextIterator} in its order for that epoch, any other one after a reset.
         *
         * @param graph with increments, from {@link org.dl4jplugins.align.lora.LoraTransformer}
         * @param data supports reset; for a run that can be interrupted it has to give the same
         *     batches in the same order after each
         */
        public Builder(ComputationGraph graph, MultiDataSetIterator data) {
            this(graph, data == null ? null : epoch -> atEpoch(data, epoch));
        }

        private static MultiDataSetIterator atEpoch(MultiDataSetIterator data, int epoch) {
            if (data instanceof TextIterator text) {
                text.epoch(epoch);
            } else {
                data.reset();
            }
            return data;
        }

        /**
         * Sets when the first stage ends.
         *
         * @param stability default as in {@link StabilityCriterion.Builder}
         * @return this builder
         */
        public Builder stability(StabilityCriterion.Builder stability) {
            this.stability = stability;
            return this;
        }

        /**
         * Sets how the second stage learns.
         *
         * @param scores default as in {@link ScoreSettings.Builder}
         * @return this builder
         */
        public Builder scores(ScoreSettings scores) {
            this.scores = scores;
            return this;
        }

        /**
         * Names the run.
         *
         * @param run for the report, default {@code ILA}
         * @return this builder
         */
        public Builder run(String run) {
            this.run = run;
            return this;
        }

        /**
         * Sets the seed of what is random in a step, such as dropout.
         *
         * @param seed default 1
         * @return this builder
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Keeps the state in files, {@code stage1.zip} and {@code stage2.zip}, and goes on from
         * them if they are there. They hold what learns, not the frozen weights: a run goes on with
         * the same base.
         *
         * @param folder for this run alone; created if missing
         * @param every after how many steps a file is replaced, at least 1
         * @return this builder
         */
        public Builder checkpoints(Path folder, int every) {
            this.folder = folder;
            this.every = every;
            return this;
        }

        /**
         * Sets who is told of each step.
         *
         * @param progress default no one
         * @return this builder
         */
        public Builder progress(Consumer<IlaProgress> progress) {
            this.progress = progress;
            return this;
        }

        /**
         * Makes the trainer.
         *
         * @return the trainer, for one training
         * @throws IllegalArgumentException if a setting is out of range or the graph has no
         *     increments
         */
        public IlaTrainer build() {
            Ensure.that(every >= 1, "every: %d given, right is at least 1", every);
            stability.build();
            Ensure.that(run != null && !run.isBlank(), "run: '%s' given, right is a name", run);
            ScoreModel.requireIncrements(graph);
            Builder copy = new Builder(graph, data);
            copy.stability = stability.copy();
            copy.scores = scores;
            copy.run = run;
            copy.seed = seed;
            copy.folder = folder;
            copy.every = every;
            copy.progress = progress;
            return new IlaTrainer(copy);
        }
    }
}
