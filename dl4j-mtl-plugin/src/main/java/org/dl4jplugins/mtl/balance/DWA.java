package org.dl4jplugins.mtl.balance;

import java.util.Arrays;

/**
 * Dynamic Weight Average: weight = T softmax(r / temperature), r = a task's mean loss of the last
 * epoch over that of the epoch before. S. Liu, E. Johns and A. Davison, "End-to-End Multi-Task
 * Learning with Attention" (CVPR 2019), equation 7. The weights are 1 in the first two epochs and
 * change at {@link #epochEnded()} only.
 */
public final class DWA implements LossWeighting {

    private final double temperature;
    private double[] sum = new double[0];
    private double calls;
    private double epochs;
    private double[] last = new double[0];
    private double[] beforeLast = new double[0];

    /** Temperature 2, as published. */
    public DWA() {
        this(2);
    }

    /**
     * Dynamic weights.
     *
     * @param temperature above 0; large values make the weights equal
     */
    public DWA(double temperature) {
        this.temperature = Check.positive("temperature", temperature);
    }

    @Override
    public double[] weights(double[] losses) {
        Check.positiveLosses(losses);
        int tasks = losses.length;
        if (sum.length == 0) {
            sum = new double[tasks];
            last = new double[tasks];
            beforeLast = new double[tasks];
        }
        Check.count("the memory", sum.length, tasks);
        for (int t = 0; t < tasks; t++) {
            sum[t] += losses[t];
        }
        calls++;
        if (epochs < 2) {
            return Small.filled(tasks, 1);
        }
        double[] speed = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            speed[t] = last[t] / beforeLast[t] / temperature;
        }
        return Small.scaled(Small.softmax(speed), tasks);
    }

    @Override
    public void epochEnded() {
        if (calls == 0) {
            return;
        }
        beforeLast = last;
        last = Small.scaled(sum, 1 / calls);
        sum = new double[sum.length];
        calls = 0;
        epochs++;
    }

    @Override
    public boolean remembersTasks() {
        return true;
    }

    @Override
    public void reset() {
        sum = new double[0];
        calls = 0;
        epochs = 0;
    }

    @Override
    public double[] state() {
        int tasks = sum.length;
        double[] state = new double[2 + 3 * tasks];
        state[0] = calls;
        state[1] = epochs;
        System.arraycopy(sum, 0, state, 2, tasks);
        System.arraycopy(last, 0, state, 2 + tasks, tasks);
        System.arraycopy(beforeLast, 0, state, 2 + 2 * tasks, tasks);
        return state;
    }

    @Override
    public void restore(double[] state) {
        Check.state(this, state, state.length >= 2 && (state.length - 2) % 3 == 0);
        int tasks = (state.length - 2) / 3;
        calls = state[0];
        epochs = state[1];
        sum = Arrays.copyOfRange(state, 2, 2 + tasks);
        last = Arrays.copyOfRange(state, 2 + tasks, 2 + 2 * tasks);
        beforeLast = Arrays.copyOfRange(state, 2 + 2 * tasks, 2 + 3 * tasks);
    }
}
