package org.dl4jplugins.examples.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does several runs at the same time. */
public final class RunPool {

    private final int workers;

    /**
     * A pool.
     *
     * @param workers how many runs at the same time, at least 1
     */
    public RunPool(int workers) {
        SettingsFile.require(workers >= 1, "workers", workers, "at least 1");
        this.workers = workers;
    }

    /**
     * Does all runs; if one fails, those that have not begun are left out.
     *
     * @param work each run by its name
     * @param <K> names
     * @param <V> results
     * @return the results in the order of the runs
     * @throws IOException if a run fails
     */
    public <K, V> Map<K, V> run(Map<K, Callable<V>> work) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            Map<K, Future<V>> pending = new LinkedHashMap<>();
            work.forEach((id, task) -> pending.put(id, pool.submit(task)));
            Map<K, V> results = new LinkedHashMap<>();
            for (Map.Entry<K, Future<V>> run : pending.entrySet()) {
                try {
                    results.put(run.getKey(), run.getValue().get());
                } catch (ExecutionException e) {
                    throw new IOException("Run " + run.getKey() + " failed", e.getCause());
                }
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
