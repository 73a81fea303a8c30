package org.dl4jplugins.multimodal.diffusion.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.core.io.StateFile;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a graph by an objective for a number of steps.
 *
 * <p>All that is random in a step depends on the seed and the step's number only. With a checkpoint
 * file a training that was killed goes on where the file was last written and ends with the same
 * bits as if it had never been; and one that has ended goes on if it is asked for more steps.
 *
 * <pre>{@code
 * WeightAverage average = new WeightAverage.Builder(graph).decay(0.999).build();
 * new DiffusionTrainer.Builder(graph, TrainingData.of(data, 64, 1), objective)
 *         .steps(10_000)
 *         .average(average)
 *         .clip(1)
 *         .checkpoint(Path.of("model.state"), 500)
 *         .milestone(1000, new SampleGrids(Path.of("samples"), () -> draw(graph)))
 *         .build()
 *         .run();
 * }</pre>
 */
public final class DiffusionTrainer {

    private record Due(int every, Milestone milestone) {}

    private final Builder settings;
    private final ComputationGraph graph;
    private final StateFile checkpoint;
    private double[] losses = {};
    private int step;

    private DiffusionTrainer(Builder builder) {
        settings = builder;
        graph = builder.graph;
        checkpoint =
                builder.checkpoint == null
                        ? null
                        : new StateFile(builder.checkpoint, "diffusion-training", owner());
    }

    /**
     * Trains, from the checkpoint if there is one, to the last step. Listeners of the graph are
     * told as always.
     *
     * @return the loss of each step from the first, those before a checkpoint included
     * @throws IllegalArgumentException if the checkpoint is damaged or of another configuration;
     *     graph and file are then unchanged
     * @throws IllegalStateException if a loss is not finite; the checkpoint is then the last good
     *     one
     * @throws UncheckedIOException if the checkpoint or a milestone's file cannot be written
     */
    public double[] run() {
        Collection<TrainingListener> listeners = new ArrayList<>(graph.getListeners());
        try {
            if (checkpoint != null && checkpoint.exists()) {
                checkpoint.load(this::read);
            }
            if (settings.average != null && !listeners.contains(settings.average)) {
                graph.addListeners(settings.average);
            }
            if (settings.clip < Double.POSITIVE_INFINITY) {
                graph.addListeners(new GlobalNormClipping(settings.clip));
            }
            losses = Arrays.copyOf(losses, Math.max(step, settings.steps));
            trainAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            graph.setListeners(listeners);
        }
        return losses.clone();
    }

    private void trainAll() throws IOException {
        if (!settings.ahead) {
            while (step < settings.steps) {
                train(batch(step));
            }
        } else if (step < settings.steps) {
            try (BatchesAhead batches = new BatchesAhead(this::batch, step, settings.steps)) {
                while (step < settings.steps) {
                    train(batches.take(step));
                }
            }
        }
    }

    private MultiDataSet batch(int number) {
        return settings.objective.examples(
                settings.data.batch(number), new NoiseSource(settings.seed, number));
    }

    private void train(MultiDataSet batch) throws IOException {
        long random = new SplittableRandom(settings.seed ^ step * 0x9E3779B97F4A7C15L).nextLong();
        // ND4J takes seed 0 for none.
        Nd4j.getRandom().setSeed(random | 1);
        graph.fit(batch);
        double loss = graph.score();
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException(
                    "The loss of step " + (step + 1) + " is " + loss + "; lower the learning rate");
        }
        losses[step++] = loss;
        boolean last = step == settings.steps;
        if (checkpoint != null && (last || settings.every > 0 && step % settings.every == 0)) {
            checkpoint.save(this::write);
        }
        settings.progress.step(step, settings.steps, loss);
        for (Due due : settings.milestones) {
            if (last || step % due.every == 0) {
                reach(due.milestone);
            }
        }
    }

    private void reach(Milestone milestone) throws IOException {
        graph.clear();
        if (settings.average == null) {
            milestone.reached(step);
            return;
        }
        WeightAverage.InUse use = settings.average.use();
        try {
            milestone.reached(step);
        } finally {
            use.close();
        }
    }

    private void write(DataOutputStream out) throws IOException {
        out.writeInt(step);
        for (int i = 0; i < step; i++) {
            out.writeDouble(losses[i]);
        }
        ModelState.write(graph, out);
        if (settings.average != null) {
            settings.average.write(out);
        }
    }

    private void read(DataInputStream in) throws IOException {
        int steps = in.readInt();
        double[] saved = new double[steps];
        for (int i = 0; i < steps; i++) {
            saved[i] = in.readDouble();
        }
        Runnable model = ModelState.read(graph, in);
        if (settings.average != null) {
            settings.average.read(in);
        }
        model.run();
        losses = saved;
        step = steps;
    }

    /** All that a checkpoint must agree with; the number of steps may grow. */
    private String owner() {
        String json =
                graph.getConfiguration()
                        .toJson()
                        .replaceAll("\"(iteration|epoch)Count\"\\s*:\\s*\\d+", "");
        CRC32 sum = new CRC32();
        sum.update(json.getBytes(StandardCharsets.UTF_8));
        return String.join(
                "\n",
                "model of " + graph.numParams() + " parameters " + Long.toHexString(sum.getValue()),
                settings.objective.describe(),
                settings.average == null ? "no weight average" : settings.average.toString(),
                "clip " + settings.clip + ", seed " + settings.seed);
    }

    /** Settings of a training: 1000 steps, nothing else, unless told otherwise. */
    public static final class Builder {
        private final ComputationGraph graph;
        private final TrainingData data;
        private final DiffusionObjective objective;
        private int steps = 1000;
        private WeightAverage average;
        private double clip = Double.POSITIVE_INFINITY;
        private Path checkpoint;
        private int every;
        private boolean ahead;
        private long seed = 1;
        private TrainingProgress progress = (step, steps, loss) -> {};
        private List<Due> milestones = List.of();

        /**
         * Starts with the defaults.
         *
         * @param graph an initialized graph, which is trained
         * @param data clean data
         * @param objective makes batches of them
         */
        public Builder(ComputationGraph graph, TrainingData data, DiffusionObjective objective) {
            this.graph = Objects.requireNonNull(graph, "graph");
            this.data = Objects.requireNonNull(data, "data");
            this.objective = Objects.requireNonNull(objective, "objective");
        }

        private Builder(Builder other) {
            this(other.graph, other.data, other.objective);
            steps = other.steps;
            average = other.average;
            clip = other.clip;
            checkpoint = other.checkpoint;
            every = other.every;
            ahead = other.ahead;
            seed = other.seed;
            progress = other.progress;
            milestones = List.copyOf(other.milestones);
        }

        /**
         * Sets the length of the training.
         *
         * @param steps 1 or more, those of an earlier run included; 1000 by default
         * @return this builder
         */
        public Builder steps(int steps) {
            this.steps = steps;
            return this;
        }

        /**
         * Averages the weights.
         *
         * @param average of this graph, made before its training; null, the default, for none
         * @return this builder
         */
        public Builder average(WeightAverage average) {
            this.average = average;
            return this;
        }

        /**
         * Clips gradients, see {@link GlobalNormClipping}.
         *
         * @param norm at most, above 0; infinite, the default, for not at all
         * @return this builder
         */
        public Builder clip(double norm) {
            this.clip = norm;
            return this;
        }

        /**
         * Sets whether batches are made one step ahead, on a thread of their own. The training
         * stays the same, bit by bit.
         *
         * @param ahead false by default, as neither data nor objective may then use what is used
         *     elsewhere at the same time: the graph, a milestone's models
         * @return this builder
         */
        public Builder ahead(boolean ahead) {
            this.ahead = ahead;
            return this;
        }

        /**
         * Keeps the state in a file. If it exists, the training goes on from it.
         *
         * @param file written at the end and in between
         * @param steps between two writings, 0 for the end only
         * @return this builder
         */
        public Builder checkpoint(Path file, int steps) {
            this.checkpoint = file;
            this.every = steps;
            return this;
        }

        /**
         * Sets where random numbers come from.
         *
         * @param seed any number, 1 by default
         * @return this builder
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets who is told of each step.
         *
         * @param progress no one by default
         * @return this builder
         */
        public Builder progress(TrainingProgress progress) {
            this.progress = Objects.requireNonNull(progress, "progress");
            return this;
        }

        /**
         * Adds something to do now and then, and after the last step.
         *
         * @param steps between two times, 1 or more
         * @param milestone what to do
         * @return this builder
         * @throws IllegalArgumentException if steps are fewer
         */
        public Builder milestone(int steps, Milestone milestone) {
            Check.that(steps >= 1, "steps of the milestone", steps, "1 or more");
            milestones = new ArrayList<>(milestones);
            milestones.add(new Due(steps, Objects.requireNonNull(milestone, "milestone")));
            return this;
        }

        /**
         * Makes the trainer.
         *
         * @return a trainer for one run
         * @throws IllegalArgumentException if a value is out of range, or the average is of another
         *     graph
         */
        public DiffusionTrainer build() {
            Check.that(steps >= 1, "steps", steps, "1 or more");
            Check.that(clip > 0, "clip", clip, "above 0");
            Check.that(every >= 0, "steps of the checkpoint", every, "0 or more");
            Check.that(
                    average == null || average.isOf(graph),
                    "average",
                    "one of another graph",
                    "one of the graph that is trained");
            return new DiffusionTrainer(new Builder(this));
        }
    }
}
