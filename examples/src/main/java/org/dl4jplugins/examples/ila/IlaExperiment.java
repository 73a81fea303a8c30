package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.dl4jplugins.examples.run.RunPool;

/**
 * The experiment: for every data set and seed score the layers by ILA's two stages, then train
 * increments from their start on all layers, on the important ones and on others, and test.
 *
 * <p>Everything that is done is on disk, so running it again in the same folder goes on with the
 * training that was interrupted.
 */
public final class IlaExperiment {

    private final IlaSetup setup;
    private final IlaSettings settings;
    private final TaskSource source;
    private final IlaFolder folder;
    private final RunPool pool;

    IlaExperiment(IlaSetup setup, TaskSource source, IlaFolder folder, int workers) {
        this.setup = setup;
        this.settings = setup.settings();
        this.source = source;
        this.folder = folder;
        pool = new RunPool(workers);
    }

    /** Scorings and trainings together. */
    int runs() {
        return settings.tasks().size() * settings.seeds().size() + ids().size();
    }

    private List<RunId> ids() {
        List<RunId> ids = new ArrayList<>();
        for (String task : settings.tasks()) {
            for (long seed : settings.seeds()) {
                for (Variant variant : Variant.all(settings)) {
                    for (int draw = 0; draw < variant.draws(settings); draw++) {
                        ids.add(new RunId(task, seed, variant, draw));
                    }
                }
            }
        }
        return ids;
    }

    /**
     * Does what is not done yet.
     *
     * @param ended called after each run with its name, by several threads
     * @return all results
     * @throws IllegalArgumentException if the folder holds results of another setup
     */
    IlaOutcome run(Consumer<String> ended) throws IOException, InterruptedException {
        setup.claim(folder.path());
        Map<String, TuningTask> tasks = new LinkedHashMap<>();
        for (String task : settings.tasks()) {
            tasks.put(task, source.task(task));
        }
        Map<String, Callable<StageResult>> scorings = new LinkedHashMap<>();
        for (TuningTask task : tasks.values()) {
            for (long seed : settings.seeds()) {
                Scoring scoring = new Scoring(task, settings, seed, folder);
                scorings.put(
                        scoring.name(), told(scoring::run, "layers of " + scoring.name(), ended));
            }
        }
        Map<String, StageResult> stages = pool.run(scorings);
        Map<RunId, Callable<RunResult>> trainings = new LinkedHashMap<>();
        for (RunId id : ids()) {
            TrainingRun run = new TrainingRun(id, tasks.get(id.task()), settings, folder);
            trainings.put(id, told(run::run, id.toString(), ended));
        }
        return new IlaOutcome(setup, folder, stages, pool.run(trainings));
    }

    private static <V> Callable<V> told(Callable<V> work, String name, Consumer<String> ended) {
        return () -> {
            V result = work.call();
            ended.accept(name);
            return result;
        };
    }
}
