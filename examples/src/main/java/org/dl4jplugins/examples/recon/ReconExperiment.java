package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.examples.data.ImageSources;
import org.dl4jplugins.examples.run.RunPool;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.metric.MetricValue;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.dl4jplugins.mtl.model.ResNet18;
import org.dl4jplugins.mtl.recon.ReconPlan;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * The experiment: score the layers of the joint network, split the worst, and train single-task,
 * joint and balanced networks, each of the latter as it is and split, from scratch, for every seed.
 *
 * <p>Everything that is done is on disk, so running it again in the same folder goes on where it
 * was interrupted.
 */
public final class ReconExperiment {

    private final ReconSettings settings;
    private final MultiFashionMnist data;
    private final ResultFolder folder;
    private final RunPool pool;

    /**
     * An experiment.
     *
     * @param settings what to train and how
     * @param images MNIST and Fashion-MNIST
     * @param folder for results, checkpoints and the report
     * @param workers networks that train at the same time, at least 1
     */
    public ReconExperiment(
            ReconSettings settings, ImageSources images, ResultFolder folder, int workers) {
        this.settings = settings;
        this.data = new MultiFashionMnist(images, settings);
        this.folder = folder;
        this.pool = new RunPool(workers);
    }

    /** Epochs of all runs together. */
    public int epochs() {
        int epochs = scoring().epochs(settings);
        for (RunId id : runs()) {
            epochs += id.epochs(settings);
        }
        return epochs;
    }

    /** Epochs of {@link #scores} and {@link #singleTask} together. */
    int searchEpochs() {
        return scoring().epochs(settings) + MultiFashionMnist.TASKS.size() * settings.epochs();
    }

    /** Scores the layers if that is not done yet. */
    ConflictReport scores(Consumer<String> epochEnded) throws IOException {
        settings.claim(folder.path());
        new TrainingRun(scoring(), settings, data, folder, List.of())
                .run(() -> network(scoring()), () -> epochEnded.accept(scoring().toString()));
        return ConflictReport.load(folder.conflicts(scoring()));
    }

    /** Trains the first seed's single-task networks if that is not done yet. */
    TaskScores singleTask(Consumer<String> epochEnded) throws IOException {
        Map<String, List<MetricValue>> scores = new LinkedHashMap<>();
        for (String task : MultiFashionMnist.TASKS) {
            RunId id = RunId.single(task, settings.seeds().get(0));
            RunResult result =
                    new TrainingRun(id, settings, data, folder, List.of())
                            .run(() -> network(id), () -> epochEnded.accept(id.toString()));
            scores.put(task, result.scores().task(task));
        }
        return new TaskScores(scores);
    }

    /** The untrained network that shares everything but the heads, of the first seed. */
    ComputationGraph network() {
        return network(scoring());
    }

    /**
     * Runs what is not done yet.
     *
     * @param epochEnded called after each epoch with the run's name, by several threads
     * @return the results of all runs
     * @throws IllegalArgumentException if the folder holds results of other settings
     */
    public ReconOutcome run(Consumer<String> epochEnded) throws IOException, InterruptedException {
        ConflictReport scores = scores(epochEnded);
        ReconPlan plan = split(scoring(), scores).plan();
        plan.save(folder.plan());
        List<String> remaining = new ArrayList<>(scores.layerNames());
        remaining.removeAll(scores.top(settings.layers(), settings.severity()));

        Map<RunId, Callable<RunResult>> work = new LinkedHashMap<>();
        for (RunId id : runs()) {
            List<String> apart = id.kind() == RunId.Kind.PLAIN ? remaining : List.of();
            Supplier<ComputationGraph> network =
                    id.kind() == RunId.Kind.RECON
                            ? () -> split(id, scores).transform()
                            : () -> network(id);
            work.put(
                    id,
                    () ->
                            new TrainingRun(id, settings, data, folder, apart)
                                    .run(network, () -> epochEnded.accept(id.toString())));
        }
        return new ReconOutcome(settings, folder, scores, plan, pool.run(work));
    }

    private RunId scoring() {
        return RunId.scoring(settings.seeds().get(0));
    }

    private List<RunId> runs() {
        List<RunId> runs = new ArrayList<>();
        for (long seed : settings.seeds()) {
            MultiFashionMnist.TASKS.forEach(task -> runs.add(RunId.single(task, seed)));
            for (Method method : settings.methods()) {
                runs.add(new RunId(RunId.Kind.PLAIN, null, method, seed));
                runs.add(new RunId(RunId.Kind.RECON, null, method, seed));
            }
        }
        return runs;
    }

    private ComputationGraph network(RunId id) {
        Map<Integer, Double> rates = new HashMap<>();
        double rate = settings.learningRate();
        rates.put(0, rate);
        for (int epoch : settings.milestones()) {
            rate *= settings.drop();
            rates.put(epoch, rate);
        }
        ResNet18.Builder network =
                new ResNet18.Builder()
                        .width(settings.width())
                        .hidden(settings.hidden())
                        .seed(id.seed())
                        .updater(
                                new Nesterovs(
                                        new MapSchedule(ScheduleType.EPOCH, rates),
                                        settings.momentum()));
        id.outputs().forEach(task -> network.task(task, MultiFashionMnist.CLASSES));
        return network.build().init();
    }

    private ReconTransformer split(RunId id, ConflictReport scores) {
        return new ReconTransformer.Builder(network(id))
                .report(scores, settings.severity())
                .topK(settings.layers())
                .seed(id.seed())
                .build();
    }
}
