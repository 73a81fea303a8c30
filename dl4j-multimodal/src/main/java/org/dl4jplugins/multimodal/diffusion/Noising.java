package org.dl4jplugins.multimodal.diffusion;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The way from data to noise for one batch: x_t = alpha(t) x0 + sigma(t) e, with a time for each
 * example or one for all.
 */
public final class Noising {

    private final double[] times;
    private final NoiseSchedule schedule;

    /**
     * Fixes the times.
     *
     * @param schedule gives alpha and sigma
     * @param times from 0 to 1, one for each example or a single one for all
     * @throws IllegalArgumentException if there is none or one is out of range
     */
    public Noising(NoiseSchedule schedule, double... times) {
        Require.that(times.length > 0, "times", "[]", "one for each example or one for all");
        for (double t : times) {
            Require.time("t", t);
        }
        this.schedule = schedule;
        this.times = times.clone();
    }

    /**
     * Times drawn as for training: uniform over the schedule's steps 1..N, or over (0, 1].
     *
     * @param schedule gives the steps
     * @param batch number of examples, 1 or more
     * @param random where the times come from
     * @return a way to noise that many examples
     */
    public static Noising random(NoiseSchedule schedule, int batch, NoiseSource random) {
        Require.that(batch > 0, "batch", batch, "1 or more");
        double[] times = new double[batch];
        int steps = schedule.steps();
        Arrays.setAll(
                times, i -> steps > 0 ? (random.below(steps) + 1.0) / steps : 1 - random.uniform());
        return new Noising(schedule, times);
    }

    /** {@return the times, from 0 to 1, one for each example or a single one} */
    public double[] times() {
        return times.clone();
    }

    /**
     * Adds noise.
     *
     * @param x0 clean data, [batch, any shape]
     * @param epsilon noise from N(0, 1), of the same shape
     * @return x_t in a new array
     * @throws IllegalArgumentException if shapes differ from each other or from the times
     */
    public INDArray apply(INDArray x0, INDArray epsilon) {
        return mix(x0, epsilon, 1);
    }

    /** alpha a + sign sigma b. */
    INDArray mix(INDArray a, INDArray b, int sign) {
        Require.that(
                Arrays.equals(a.shape(), b.shape()),
                "shape of the noise",
                Arrays.toString(b.shape()),
                Arrays.toString(a.shape()));
        Require.that(
                times.length == 1 || times.length == a.size(0),
                "batch",
                a.size(0),
                times.length + ", one for each time");
        INDArray mixed = scaled(a, schedule::alpha);
        return mixed.addi(scaled(b, t -> sign * schedule.sigma(t)));
    }

    private INDArray scaled(INDArray array, DoubleUnaryOperator factor) {
        if (times.length == 1) {
            return array.mul(factor.applyAsDouble(times[0]));
        }
        long[] column = new long[array.rank()];
        Arrays.fill(column, 1);
        column[0] = times.length;
        double[] factors = Arrays.stream(times).map(factor).toArray();
        return array.mul(Nd4j.createFromArray(factors).castTo(array.dataType()).reshape(column));
    }
}
