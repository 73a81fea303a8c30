package org.dl4jplugins.examples.kif;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.examples.run.Spread;

/** The results there are so far, and what follows from them. Runs may be added by many threads. */
final class KifOutcome {

    private final KifSettings settings;
    private final String data;
    private final KifFolder folder;
    private final Map<RunId, RunResult> results = new ConcurrentHashMap<>();

    KifOutcome(KifSettings settings, String data, KifFolder folder) {
        this.settings = settings;
        this.data = data;
        this.folder = folder;
    }

    /**
     * What a method reached, over its runs.
     *
     * @param method which
     * @param runs how many
     * @param op overall performance in percent
     * @param bwt backward transfer in points
     * @param forgetting in points
     * @param fwt forward transfer in points
     * @param steps gradient steps per task
     * @param seconds per run
     */
    record Row(
            Method method,
            int runs,
            Spread op,
            Spread bwt,
            Spread forgetting,
            Spread fwt,
            double steps,
            double seconds) {}

    /**
     * What one method has over another, over the orders and seeds of both.
     *
     * @param method the one
     * @param rival the other
     * @param runs how many pairs
     * @param op points of overall performance
     * @param bwt points of backward transfer
     */
    record Gain(Method method, Method rival, int runs, Spread op, Spread bwt) {}

    void add(RunId id, RunResult result) {
        results.put(id, result);
    }

    KifSettings settings() {
        return settings;
    }

    String data() {
        return data;
    }

    KifFolder folder() {
        return folder;
    }

    /** Training seconds of all runs together. */
    double seconds() {
        return results.values().stream().mapToDouble(RunResult::seconds).sum();
    }

    /** Runs that have ended, of a benchmark. */
    long ended(BenchmarkSettings benchmark) {
        return Runs.of(benchmark).keySet().stream().filter(results::containsKey).count();
    }

    /** The methods that have runs, over all orders and seeds. */
    List<Row> rows(BenchmarkSettings benchmark) {
        return rows(benchmark, benchmark.orders(), benchmark.methods());
    }

    /** Recurrent-KIF and its ablations that have runs, on the first order. */
    List<Row> ablations(BenchmarkSettings benchmark) {
        List<Method> variants = new ArrayList<>(List.of(Method.KIF));
        variants.addAll(benchmark.ablations());
        return rows(benchmark, benchmark.orders().subList(0, 1), variants);
    }

    private List<Row> rows(BenchmarkSettings benchmark, List<Order> orders, List<Method> methods) {
        List<Row> rows = new ArrayList<>();
        for (Method method : methods) {
            List<RunResult> runs = new ArrayList<>();
            for (Order order : orders) {
                runs.addAll(runs(benchmark, order, method));
            }
            if (!runs.isEmpty()) {
                rows.add(row(method, runs));
            }
        }
        return rows;
    }

    private List<RunResult> runs(BenchmarkSettings benchmark, Order order, Method method) {
        return benchmark.seeds().stream()
                .map(seed -> results.get(new RunId(benchmark.name(), order.name(), method, seed)))
                .filter(result -> result != null)
                .toList();
    }

    private static Row row(Method method, List<RunResult> runs) {
        return new Row(
                method,
                runs.size(),
                spread(runs, AccuracyMatrix::overallPerformance),
                spread(runs, AccuracyMatrix::backwardTransfer),
                spread(runs, AccuracyMatrix::forgetting),
                spread(runs, AccuracyMatrix::forwardTransfer),
                runs.stream()
                        .flatMap(run -> run.steps().stream())
                        .mapToLong(Long::longValue)
                        .average()
                        .orElseThrow(),
                runs.stream().mapToDouble(RunResult::seconds).average().orElseThrow());
    }

    private static Spread spread(List<RunResult> runs, ToDoubleFunction<AccuracyMatrix> metric) {
        return Spread.of(runs.stream().map(RunResult::matrix).mapToDouble(metric).toArray());
    }

    /** What a method has over others, where both have runs. */
    List<Gain> gains(BenchmarkSettings benchmark, Method method, List<Method> rivals) {
        List<Gain> gains = new ArrayList<>();
        for (Method rival : rivals) {
            List<Double> op = new ArrayList<>();
            List<Double> bwt = new ArrayList<>();
            for (Order order : benchmark.orders()) {
                for (long seed : benchmark.seeds()) {
                    RunResult own =
                            results.get(new RunId(benchmark.name(), order.name(), method, seed));
                    RunResult other =
                            results.get(new RunId(benchmark.name(), order.name(), rival, seed));
                    if (own != null && other != null) {
                        op.add(
                                own.matrix().overallPerformance()
                                        - other.matrix().overallPerformance());
                        bwt.add(
                                own.matrix().backwardTransfer()
                                        - other.matrix().backwardTransfer());
                    }
                }
            }
            if (!op.isEmpty()) {
                gains.add(new Gain(method, rival, op.size(), spread(op), spread(bwt)));
            }
        }
        return gains;
    }

    private static Spread spread(List<Double> values) {
        return Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Mean accuracy on the tasks seen so far, over all runs of a method; null if there is none. */
    double[] seen(BenchmarkSettings benchmark, Method method) {
        List<AccuracyMatrix> matrices =
                benchmark.orders().stream()
                        .flatMap(order -> runs(benchmark, order, method).stream())
                        .map(RunResult::matrix)
                        .toList();
        if (matrices.isEmpty()) {
            return null;
        }
        return IntStream.range(0, matrices.get(0).tasks().size())
                .mapToDouble(
                        k ->
                                matrices.stream()
                                        .mapToDouble(m -> m.seenAccuracy(k))
                                        .average()
                                        .orElseThrow())
                .toArray();
    }

    /** The matrix of the first order and seed; null if that run has not ended. */
    AccuracyMatrix matrix(BenchmarkSettings benchmark, Method method) {
        RunResult first = first(benchmark, method);
        return first == null ? null : first.matrix();
    }

    /** Numbers that a method trains. */
    long trainable(BenchmarkSettings benchmark, Method method) {
        return first(benchmark, method).trainable();
    }

    private RunResult first(BenchmarkSettings benchmark, Method method) {
        return results.get(
                new RunId(
                        benchmark.name(),
                        benchmark.orders().get(0).name(),
                        method,
                        benchmark.seeds().get(0)));
    }
}
