package org.dl4jplugins.examples.easygen;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionObjective;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionTrainer;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.diffusion.training.TrainingProgress;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** How everything here is trained: from where it was, with Adam, gradients of norm 1 at most. */
final class Training {

    private static final int CHECKPOINT_STEPS = 250;
    private static final int PIECES = 40;
    private static final double WARM_UP = 0.05;

    private final EasyGenFolder folder;
    private final Consumer<String> stepDone;

    /**
     * @param folder for checkpoints
     * @param stepDone told of each step, those of earlier sessions included, with the training's
     *     name
     */
    Training(EasyGenFolder folder, Consumer<String> stepDone) {
        this.folder = folder;
        this.stepDone = stepDone;
    }

    EasyGenFolder folder() {
        return folder;
    }

    /** Tells of steps that need not be done. */
    void skip(String name, int steps) {
        for (int i = 0; i < steps; i++) {
            stepDone.accept(name);
        }
    }

    /** Tells of a step that was done elsewhere. */
    void step(String name) {
        stepDone.accept(name);
    }

    /** A graph's settings. */
    static NeuralNetConfiguration.Builder adam(double learningRate, int steps, long seed) {
        return new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(
                        Adam.builder()
                                .learningRateSchedule(cosine(learningRate, steps))
                                .beta2(0.99)
                                .build());
    }

    /** Up to the rate in the first steps, then down to nothing as a cosine. */
    static ISchedule cosine(double rate, int steps) {
        Map<Integer, Double> rates = new HashMap<>();
        for (int piece = PIECES - 1; piece >= 0; piece--) {
            double done = (piece + 0.5) / PIECES;
            double factor =
                    done < WARM_UP
                            ? done / WARM_UP
                            : 0.5 + 0.5 * Math.cos(Math.PI * (done - WARM_UP) / (1 - WARM_UP));
            rates.put(piece * steps / PIECES, rate * factor);
        }
        return new MapSchedule(ScheduleType.ITERATION, rates);
    }

    /** A trainer of a graph, to be completed and {@link #run run}. */
    DiffusionTrainer.Builder trainer(
            String name,
            ComputationGraph graph,
            TrainingData data,
            DiffusionObjective objective,
            int steps) {
        return new DiffusionTrainer.Builder(graph, data, objective)
                .steps(steps)
                .clip(1)
                .ahead(true)
                .checkpoint(folder.checkpoint(name), CHECKPOINT_STEPS);
    }

    /** Runs a trainer, and tells of each of its steps once. */
    double[] run(String name, DiffusionTrainer.Builder trainer, int steps) {
        Told told = new Told(name);
        double[] losses = trainer.progress(told).build().run();
        told.step(steps, steps, 0);
        return losses;
    }

    /** Fits a graph to batches as they are. */
    double[] fit(String name, ComputationGraph graph, TrainingData batches, int steps) {
        return run(name, trainer(name, graph, batches, new AsItIs(name), steps), steps);
    }

    /** Batches that need nothing done to them. */
    private record AsItIs(String name) implements DiffusionObjective {
        @Override
        public MultiDataSet examples(MultiDataSet data, NoiseSource random) {
            return data;
        }

        @Override
        public String describe() {
            return name;
        }
    }

    /** Tells of each step once, those before a checkpoint included. */
    private final class Told implements TrainingProgress {
        private final String name;
        private long told;

        Told(String name) {
            this.name = name;
        }

        @Override
        public void step(long step, long steps, double loss) {
            for (; told < step; told++) {
                stepDone.accept(name);
            }
        }
    }
}
