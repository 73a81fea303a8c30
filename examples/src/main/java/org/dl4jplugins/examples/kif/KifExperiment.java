package org.dl4jplugins.examples.kif;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.dl4jplugins.examples.data.ImageSources;
import org.dl4jplugins.examples.run.RunPool;

/**
 * The experiment: every method learns every stream of tasks, in every order and with every seed.
 *
 * <p>Everything that is done is on disk, so running it again in the same folder goes on where it
 * was interrupted. The report is written again and again, with the runs there are.
 */
public final class KifExperiment {

    private static final long REPORT_NANOS = 60_000_000_000L;

    private final KifSettings settings;
    private final Path data;
    private final boolean onDev;
    private final KifFolder folder;
    private final RunPool pool;
    private final KifOutcome outcome;
    private long written = System.nanoTime();

    /**
     * An experiment.
     *
     * @param settings what is learned and how
     * @param data folder with the tasks' files; null for pictures in the jar
     * @param onDev whether models are scored on dev instead of test examples
     * @param folder for results, checkpoints and the report
     * @param workers models that train at the same time, at least 1
     */
    KifExperiment(KifSettings settings, Path data, boolean onDev, KifFolder folder, int workers) {
        this.settings = settings;
        this.data = data;
        this.onDev = onDev;
        this.folder = folder;
        this.pool = new RunPool(workers);
        this.outcome = new KifOutcome(settings, data(), folder);
    }

    private String data() {
        String place = data == null ? "in the jar" : data.toAbsolutePath().toString();
        return onDev ? place + ", dev" : place;
    }

    /** Tasks of all runs together. */
    int tasks() {
        int tasks = 0;
        for (BenchmarkSettings benchmark : settings.benchmarks()) {
            for (RunId id : Runs.of(benchmark).keySet()) {
                tasks += Runs.of(benchmark).get(id).tasks().size();
            }
        }
        return tasks;
    }

    /**
     * Does what is not done yet.
     *
     * @param taskDone called after each task with the run's name, by several threads
     * @return all results
     * @throws IllegalArgumentException if the folder holds results of another setup
     */
    KifOutcome run(Consumer<String> taskDone) throws IOException, InterruptedException {
        Map<RunId, Callable<RunResult>> work = new LinkedHashMap<>();
        for (BenchmarkSettings benchmark : settings.benchmarks()) {
            Benchmark made = make(benchmark);
            Runs.of(benchmark)
                    .forEach(
                            (id, order) ->
                                    work.put(id, () -> run(id, order, benchmark, made, taskDone)));
        }
        pool.run(work);
        return outcome;
    }

    private RunResult run(
            RunId id,
            Order order,
            BenchmarkSettings benchmark,
            Benchmark made,
            Consumer<String> taskDone)
            throws IOException {
        RunResult result =
                new TrainingRun(id, order, benchmark, made, data(), folder)
                        .run(() -> taskDone.accept(id.toString()));
        outcome.add(id, result);
        report();
        return result;
    }

    /** Writes the report, but not more often than each minute. */
    private synchronized void report() throws IOException {
        if (System.nanoTime() - written > REPORT_NANOS) {
            new KifPage(outcome).write();
            written = System.nanoTime();
        }
    }

    private Benchmark make(BenchmarkSettings benchmark) throws IOException {
        if (benchmark.source() == Source.TEXT) {
            if (data == null) {
                throw new IllegalArgumentException(
                        "Benchmark "
                                + benchmark.name()
                                + " needs --data: a folder with train,"
                                + " dev and test files of its tasks");
            }
            return new TextBenchmark(benchmark, data, onDev);
        }
        return new ImageBenchmark(
                benchmark, onDev ? ImageSources.embedded().validation(1) : ImageSources.embedded());
    }
}
