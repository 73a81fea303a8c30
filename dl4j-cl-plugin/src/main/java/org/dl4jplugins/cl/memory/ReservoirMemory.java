package org.dl4jplugins.cl.memory;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskData;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A fixed number of places; every example of all tasks so far has the same chance to have one
 * (Vitter, 1985). It takes a task's examples when the task ends, or each batch once it was learned,
 * as in dark experience replay; then an example that is learned again counts again, and examples of
 * the current task are in the memory, too.
 */
public final class ReservoirMemory extends Memory {

    private final int places;
    private final boolean whileTraining;
    private long seen;

    /**
     * @param places at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public ReservoirMemory(int places) {
        this(places, false);
    }

    /**
     * @param places at least 1
     * @param whileTraining whether examples come in after the step on their batch, rather than when
     *     their task ends
     * @throws IllegalArgumentException if places is below 1
     */
    public ReservoirMemory(int places, boolean whileTraining) {
        if (places < 1) {
            throw new IllegalArgumentException("places must be at least 1, got " + places);
        }
        this.places = places;
        this.whileTraining = whileTraining;
    }

    @Override
    public void add(int task, TaskData data, RandomGenerator random) {
        if (!whileTraining) {
            data.open(0).forEachRemaining(batch -> take(task, batch, random));
        }
    }

    @Override
    public void observe(int task, MultiDataSet batch, RandomGenerator random) {
        if (whileTraining) {
            take(task, batch, random);
        }
    }

    private void take(int task, MultiDataSet batch, RandomGenerator random) {
        for (int row = 0; row < Rows.count(batch); row++) {
            long place = random.nextLong(++seen);
            if (seen <= places) {
                list().add(Example.of(batch, row, task));
            } else if (place < places) {
                list().set((int) place, Example.of(batch, row, task));
            }
        }
        list().sort(Comparator.comparingInt(Example::task));
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        super.save(out);
        out.writeLong(seen);
    }

    @Override
    public void restore(DataInputStream in) throws IOException {
        super.restore(in);
        seen = in.readLong();
    }

    @Override
    public String describe() {
        return "reservoir " + places + (whileTraining ? " while training" : "");
    }
}
