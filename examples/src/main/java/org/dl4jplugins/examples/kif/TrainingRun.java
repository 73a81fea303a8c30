package org.dl4jplugins.examples.kif;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains one model on a stream, however often it is interrupted: it leaves checkpoints from which
 * the training goes on as if nothing had happened.
 */
final class TrainingRun {

    private static final int CHECKPOINT_STEPS = 100;

    private final RunId id;
    private final Order order;
    private final BenchmarkSettings settings;
    private final Benchmark benchmark;
    private final String data;
    private final KifFolder folder;

    TrainingRun(
            RunId id,
            Order order,
            BenchmarkSettings settings,
            Benchmark benchmark,
            String data,
            KifFolder folder) {
        this.id = id;
        this.order = order;
        this.settings = settings;
        this.benchmark = benchmark;
        this.data = data;
        this.folder = folder;
    }

    /**
     * Trains and tests, or reads the result if that has been done.
     *
     * @param taskDone called for each task, also for those of earlier sessions
     * @throws IllegalArgumentException if there is a result of another setup
     */
    RunResult run(Runnable taskDone) throws IOException {
        Path file = folder.result(id);
        ContinualMethod method = id.method().create(settings);
        Memory memory = new FractionMemory(settings.tuning().memory(), true);
        String setup =
                String.join(
                        "\n",
                        "data " + data,
                        settings.shared().toString(),
                        "order " + order.tasks(),
                        method.describe(),
                        memory.describe());
        if (Files.exists(file)) {
            RunResult result = RunResult.load(file);
            require(
                    result.setup().equals(setup),
                    "results folder",
                    folder.path(),
                    "a new one: " + file.getFileName() + " is the result of another setup");
            order.tasks().forEach(task -> taskDone.run());
            return result;
        }
        try {
            RunResult result = train(method, memory, setup, taskDone);
            result.save(file);
            Files.deleteIfExists(folder.checkpoint(id));
            return result;
        } finally {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
    }

    private RunResult train(ContinualMethod method, Memory memory, String setup, Runnable taskDone)
            throws IOException {
        Path checkpoint = folder.checkpoint(id);
        Files.createDirectories(checkpoint.getParent());
        ComputationGraph graph = benchmark.model(order, id.method(), id.seed());
        ContinualTrainer.Builder trainer =
                new ContinualTrainer.Builder(graph, benchmark.stream(order, id.seed()), method)
                        .budget(Budget.steps(settings.steps()))
                        .checkpoint(checkpoint, CHECKPOINT_STEPS)
                        .seed(id.seed())
                        .scoreLater(false)
                        .progress(new Told(taskDone));
        if (id.method().hasMemory()) {
            trainer.memory(memory);
        }
        long start = System.nanoTime();
        ContinualResult result = trainer.build().run();
        double seconds = (System.nanoTime() - start) / 1e9;
        return new RunResult(
                setup,
                result.matrix(),
                result.steps(),
                ParameterSelection.all(graph).size(),
                seconds);
    }

    /** Tells of each task once, those before a checkpoint included. */
    private static final class Told implements Progress {
        private final Runnable taskDone;
        private int told;

        Told(Runnable taskDone) {
            this.taskDone = taskDone;
        }

        @Override
        public void taskDone(Learner learner, AccuracyMatrix matrix) {
            for (; told < matrix.rows().length; told++) {
                taskDone.run();
            }
        }
    }
}
