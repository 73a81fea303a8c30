package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.core.accel.Accelerator;
import org.dl4jplugins.mtl.balance.GradientBalancer;
import org.dl4jplugins.mtl.data.OverlayIterator;
import org.dl4jplugins.mtl.metric.ModelSize;
import org.dl4jplugins.mtl.metric.TaskEvaluator;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * Trains one network to the end, however often it is interrupted: after each epoch it leaves a
 * checkpoint from which the training goes on as if nothing had happened.
 */
final class TrainingRun {

    private final RunId id;
    private final ReconSettings settings;
    private final MultiFashionMnist data;
    private final ResultFolder folder;
    private final Checkpoint checkpoint;
    private final List<Recording> recordings = new ArrayList<>();
    private final Optional<GradientBalancer> balancer;

    /**
     * A run that has not begun, or not ended.
     *
     * @param id what to train
     * @param settings how
     * @param data on what
     * @param folder where the files go
     * @param remaining the layers that stay shared after the split, whose conflicts are recorded
     *     apart; may be empty
     */
    TrainingRun(
            RunId id,
            ReconSettings settings,
            MultiFashionMnist data,
            ResultFolder folder,
            List<String> remaining) {
        this.id = id;
        this.settings = settings;
        this.data = data;
        this.folder = folder;
        checkpoint = folder.checkpoint(id);
        boolean several = id.outputs().size() > 1;
        balancer = several ? id.method().balancer(settings.cagradC(), id.seed()) : Optional.empty();
        if (several) {
            recordings.add(recording(folder.conflicts(id), List.of()));
            if (!remaining.isEmpty()) {
                recordings.add(recording(folder.remaining(id), remaining));
            }
        }
    }

    private Recording recording(Path file, List<String> layers) {
        return new Recording(file, layers, settings.severity(), settings.reportSeverity());
    }

    /**
     * Trains, or reads the result if that has been done.
     *
     * @param network makes the untrained network
     * @param epochEnded called after each epoch, also for those done in earlier sessions
     */
    RunResult run(Supplier<ComputationGraph> network, Runnable epochEnded) throws IOException {
        int epochs = id.epochs(settings);
        if (Files.exists(folder.result(id))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                epochEnded.run();
            }
            return RunResult.load(folder.result(id));
        }
        Optional<Checkpoint.State> before = checkpoint.load();
        ComputationGraph graph = graph(network, before);
        OverlayIterator train = data.train(id.outputs(), id.seed());
        double seconds = before.map(Checkpoint.State::seconds).orElse(0.0);
        int done = before.map(Checkpoint.State::epochs).orElse(0);
        for (int epoch = 0; epoch < epochs; epoch++) {
            if (epoch >= done) {
                long start = System.nanoTime();
                train.epoch(epoch);
                graph.fit(train);
                seconds += (System.nanoTime() - start) / 1e9;
                if (epoch + 1 < epochs) {
                    checkpoint.save(graph, state(epoch + 1, seconds));
                }
            }
            epochEnded.run();
        }
        for (Recording recording : recordings) {
            recording.report().save(recording.file());
        }
        RunResult ended = new RunResult(evaluate(graph), ModelSize.megabytes(graph), seconds);
        ended.save(folder.result(id));
        checkpoint.delete();
        return ended;
    }

    private ComputationGraph graph(
            Supplier<ComputationGraph> network, Optional<Checkpoint.State> before)
            throws IOException {
        ComputationGraph graph =
                before.isPresent() ? checkpoint.network(before.get()) : network.get();
        Accelerator.accelerate(graph);
        before.ifPresent(
                state -> {
                    balancer.ifPresent(b -> b.restore(state.balancer()));
                    for (int i = 0; i < recordings.size(); i++) {
                        recordings.get(i).resume(state.conflicts().get(i));
                    }
                });
        List<TrainingListener> listeners = new ArrayList<>();
        recordings.forEach(recording -> listeners.add(recording.listener()));
        balancer.ifPresent(listeners::add);
        graph.setListeners(listeners);
        return graph;
    }

    private Checkpoint.State state(int epochs, double seconds) {
        return new Checkpoint.State(
                epochs,
                seconds,
                balancer.map(GradientBalancer::state).orElse(new double[0]),
                recordings.stream().map(recording -> recording.report().toJson()).toList());
    }

    private TaskScores evaluate(ComputationGraph graph) {
        TaskEvaluator.Builder evaluator = new TaskEvaluator.Builder();
        for (String task : id.outputs()) {
            evaluator.task(
                    task, new Evaluation(MultiFashionMnist.CLASSES), Evaluation.Metric.ACCURACY);
        }
        return evaluator.build().evaluate(graph, data.test(id.outputs()));
    }
}
