package org.dl4jplugins.mtl.balance;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/** One learned number per task with an updater of its own, in double precision. */
final class LearnedVector {

    private final IUpdater config;
    private final double initial;
    private double[] values = new double[0];
    private int step;
    private int epoch;
    private INDArray memory;
    private GradientUpdater<?> updater;

    LearnedVector(IUpdater config, double initial) {
        if (config == null) {
            throw new IllegalArgumentException("updater = null: expected a DL4J updater");
        }
        this.config = config.clone();
        this.initial = initial;
    }

    /** The current values; the first call fixes the number of tasks. */
    double[] values(int tasks) {
        if (values.length == 0) {
            create(Small.filled(tasks, initial));
        }
        Check.count("the learned vector", values.length, tasks);
        return values.clone();
    }

    @SuppressWarnings("try")
    private void create(double[] start) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            values = start.clone();
            long size = config.stateSize(values.length);
            memory = size == 0 ? null : Nd4j.zeros(DataType.DOUBLE, 1, size);
            updater = config.instantiate(memory, true);
        }
    }

    /** One updater step against the gradient. */
    @SuppressWarnings("try")
    void descend(double[] gradient) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            INDArray update = Nd4j.createFromArray(gradient);
            updater.applyUpdater(update, step++, epoch);
            for (int i = 0; i < values.length; i++) {
                values[i] -= update.getDouble(i);
            }
        }
    }

    void epochEnded() {
        epoch++;
    }

    void reset() {
        values = new double[0];
        memory = null;
        updater = null;
        step = 0;
        epoch = 0;
    }

    /** tasks, step, epoch, values, updater memory. */
    double[] state() {
        double[] tail = memory == null ? new double[0] : memory.dup().data().asDouble();
        double[] state = new double[3 + values.length + tail.length];
        state[0] = values.length;
        state[1] = step;
        state[2] = epoch;
        System.arraycopy(values, 0, state, 3, values.length);
        System.arraycopy(tail, 0, state, 3 + values.length, tail.length);
        return state;
    }

    /** Brings back a state; answers whether the numbers fit. */
    boolean restore(double[] state) {
        if (state.length < 3 || state[0] < 0) {
            return false;
        }
        int tasks = (int) state[0];
        long size = tasks == 0 ? 0 : config.stateSize(tasks);
        if (state.length != 3 + tasks + size) {
            return false;
        }
        reset();
        step = (int) state[1];
        epoch = (int) state[2];
        if (tasks > 0) {
            create(Arrays.copyOfRange(state, 3, 3 + tasks));
            for (int i = 0; i < size; i++) {
                memory.putScalar(i, state[3 + tasks + i]);
            }
        }
        return true;
    }
}
