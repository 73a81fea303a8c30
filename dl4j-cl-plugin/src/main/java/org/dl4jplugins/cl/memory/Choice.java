package org.dl4jplugins.cl.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Chooses among examples, or their places. */
final class Choice {

    private Choice() {}

    /** So many at random, in their order. */
    static <T> List<T> random(List<T> from, int number, RandomGenerator random) {
        List<T> chosen = new ArrayList<>();
        int left = from.size();
        int wanted = number;
        for (T one : from) {
            if (random.nextInt(left--) < wanted) {
                chosen.add(one);
                wanted--;
            }
        }
        return chosen;
    }

    /** So many, as equally many of each class as there are. */
    static <T> List<T> balanced(
            List<T> from, Function<T, String> label, int number, RandomGenerator random) {
        Map<String, List<T>> classes =
                from.stream()
                        .collect(Collectors.groupingBy(label, TreeMap::new, Collectors.toList()));
        int[] sizes = classes.values().stream().mapToInt(List::size).toArray();
        int[] quota = Quota.share(number, sizes);
        List<T> chosen = new ArrayList<>();
        int next = 0;
        for (List<T> group : classes.values()) {
            chosen.addAll(random(group, quota[next++], random));
        }
        return chosen;
    }
}
