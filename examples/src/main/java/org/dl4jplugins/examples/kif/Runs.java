package org.dl4jplugins.examples.kif;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The runs of a benchmark. */
final class Runs {

    private Runs() {}

    /**
     * All runs and their orders: one order and seed after another, so that methods can be compared
     * early; the ablations of the first order come before its other orders.
     */
    static Map<RunId, Order> of(BenchmarkSettings benchmark) {
        Map<RunId, Order> runs = new LinkedHashMap<>();
        for (Order order : benchmark.orders()) {
            add(runs, benchmark, order, benchmark.methods());
            if (order == benchmark.orders().get(0)) {
                add(runs, benchmark, order, benchmark.ablations());
            }
        }
        return runs;
    }

    private static void add(
            Map<RunId, Order> runs,
            BenchmarkSettings benchmark,
            Order order,
            List<Method> methods) {
        for (long seed : benchmark.seeds()) {
            for (Method method : methods) {
                runs.put(new RunId(benchmark.name(), order.name(), method, seed), order);
            }
        }
    }
}
