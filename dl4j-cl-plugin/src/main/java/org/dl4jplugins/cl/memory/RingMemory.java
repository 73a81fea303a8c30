package org.dl4jplugins.cl.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskData;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * A fixed number of places, the same for each task so far, filled with its last examples (the ring
 * buffer of Lopez-Paz and Ranzato, 2017). When a task comes, the others give up their oldest; a
 * place that a small task cannot fill is another's. With more tasks than places, the first tasks
 * keep one each.
 */
public final class RingMemory extends Memory {

    private final int places;

    /**
     * @param places at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public RingMemory(int places) {
        if (places < 1) {
            throw new IllegalArgumentException("places must be at least 1, got " + places);
        }
        this.places = places;
    }

    @Override
    public void add(int task, TaskData training, RandomGenerator random) {
        MultiDataSetIterator data = training.open(0);
        Deque<Example> last = new ArrayDeque<>();
        while (data.hasNext()) {
            MultiDataSet batch = data.next();
            for (int row = 0; row < Rows.count(batch); row++) {
                last.addLast(Example.of(batch, row, task));
                if (last.size() > places) {
                    last.removeFirst();
                }
            }
        }
        list().addAll(last);
        Map<Integer, List<Example>> tasks =
                list().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Example::task, TreeMap::new, Collectors.toList()));
        int[] sizes = tasks.values().stream().mapToInt(List::size).toArray();
        int[] quota = Quota.share(places, sizes);
        List<Example> now = new ArrayList<>();
        int next = 0;
        for (List<Example> own : tasks.values()) {
            now.addAll(own.subList(own.size() - quota[next++], own.size()));
        }
        replace(now);
    }

    @Override
    public String describe() {
        return "ring " + places;
    }
}
