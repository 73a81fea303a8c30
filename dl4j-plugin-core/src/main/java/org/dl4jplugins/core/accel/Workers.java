package org.dl4jplugins.core.accel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * Loops over ranges on all cores, or on as many as the environment variable {@code OMP_NUM_THREADS}
 * allows. The threads are those of the common pool, so that several networks that train at once
 * share them.
 */
public final class Workers {
    private static final int THREADS = threads();

    private Workers() {}

    /** A loop body. */
    @FunctionalInterface
    public interface Range {
        /**
         * Runs for {@code from <= i < to}.
         *
         * @param from first index
         * @param to one behind the last index
         */
        void run(int from, int to);
    }

    /**
     * Runs a loop, on several threads if that pays.
     *
     * @param n number of iterations
     * @param elements floats that the whole loop touches
     * @param body called for ranges that cover 0 to n - 1 exactly once
     */
    public static void loop(int n, long elements, Range body) {
        int parts = (int) Math.min(Math.min(THREADS, n), elements / 8192);
        if (parts <= 1) {
            if (n > 0) {
                body.run(0, n);
            }
            return;
        }
        ForkJoinTask<?>[] tasks = new ForkJoinTask<?>[parts - 1];
        for (int t = 1; t < parts; t++) {
            int from = (int) ((long) n * t / parts);
            int to = (int) ((long) n * (t + 1) / parts);
            tasks[t - 1] = ForkJoinPool.commonPool().submit(() -> body.run(from, to));
        }
        Throwable failure = null;
        try {
            body.run(0, (int) ((long) n / parts));
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (ForkJoinTask<?> task : tasks) {
            if (failure == null) {
                task.join();
            } else {
                task.quietlyJoin();
            }
        }
        rethrow(failure);
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private static int threads() {
        int cores = Runtime.getRuntime().availableProcessors();
        String limit = System.getenv("OMP_NUM_THREADS");
        return limit != null && limit.matches("[1-9][0-9]{0,3}")
                ? Math.min(cores, Integer.parseInt(limit))
                : cores;
    }
}
