package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.util.MathArrays;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Multi-task learning, the upper bound: from the first step on, each batch is the next of the
 * shuffled training data of all tasks, as large as the batch of the stream that it replaces. With
 * the same budget it has, in the end, taken as many steps as all tasks together. All data of their
 * first pass are held in memory. Train it with one updater state for all, {@code
 * freshUpdater(false)}: there are no tasks whose start could be one of its own.
 *
 * <p>In a class-incremental stream the classes of all tasks compete from the start.
 */
public final class Joint implements ContinualMethod {

    /** A row of a batch. */
    private record Place(int batch, int row) {}

    private final List<TaskBatch> batches = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private int[] order;
    private long seed;
    private int next;

    @Override
    public String describe() {
        return "joint";
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        if (batches.isEmpty()) {
            load(learner);
        }
        int number = Rows.count(batch);
        List<MultiDataSet> rows = new ArrayList<>();
        int[] tasks = new int[number];
        for (int i = 0; i < number; i++) {
            if (order == null || next == order.length) {
                seed = learner.random(1).nextLong();
                shuffle();
                next = 0;
            }
            Place place = places.get(order[next++]);
            TaskBatch from = batches.get(place.batch());
            rows.add(Rows.of(from.data(), place.row()));
            tasks[i] = from.tasks()[place.row()];
        }
        boolean classes = learner.stream().scenario() == Scenario.CLASS_INCREMENTAL;
        learner.fit(
                new TaskBatch(Rows.concat(rows), tasks),
                classes ? learner.stream().size() - 1 : learner.task());
    }

    private void load(Learner learner) {
        for (int task = 0; task < learner.stream().size(); task++) {
            var data = learner.stream().task(task).train().open(0);
            while (data.hasNext()) {
                TaskBatch own = TaskBatch.of(data.next(), task);
                for (int row = 0; row < own.size(); row++) {
                    places.add(new Place(batches.size(), row));
                }
                batches.add(own);
            }
        }
    }

    private void shuffle() {
        order = new int[places.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        MathArrays.shuffle(order, new MersenneTwister(seed));
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        out.writeLong(seed);
        out.writeInt(order == null ? -1 : next);
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        seed = in.readLong();
        next = in.readInt();
        if (next >= 0) {
            load(learner);
            shuffle();
        }
    }
}
