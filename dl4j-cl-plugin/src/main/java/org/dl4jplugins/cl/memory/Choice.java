package org.dl4jplugins.cl.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Chooses among examples. */
final class Choice {

    private Choice() {}

    /** So many at random, in their order. */
    static List<Example> random(List<Example> from, int number, RandomGenerator random) {
        List<Example> chosen = new ArrayList<>();
        int left = from.size();
        int wanted = number;
        for (Example example : from) {
            if (random.nextInt(left--) < wanted) {
                chosen.add(example);
                wanted--;
            }
        }
        return chosen;
    }

    /** So many, as equally many of each class as there are. */
    static List<Example> balanced(List<Example> from, int number, RandomGenerator random) {
        Map<String, List<Example>> classes =
                from.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Example::label, TreeMap::new, Collectors.toList()));
        int[] sizes = classes.values().stream().mapToInt(List::size).toArray();
        int[] quota = Quota.share(number, sizes);
        List<Example> chosen = new ArrayList<>();
        int next = 0;
        for (List<Example> group : classes.values()) {
            chosen.addAll(random(group, quota[next++], random));
        }
        return chosen;
    }
}
