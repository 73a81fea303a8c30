package org.dl4jplugins.cl.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against sorting. */
class QuantileTest {

    private static final double[] SHARES = {0, 0.001, 0.5, 0.8, 0.999, 0.9999999};

    private final Random random = new Random(3);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 2048, 16384, 16385, 50_001, 300_007})
    void ofDifferentValues(int length) {
        check(length, random::nextDouble);
        check(length, () -> Math.pow(random.nextDouble(), 40));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20_000, 300_007})
    void ofValuesThatComeOften(int length) {
        check(length, () -> 0);
        check(length, () -> random.nextDouble() < 0.8 ? 0 : random.nextDouble());
        check(length, () -> random.nextDouble() < 0.79 ? 0 : 1);
        check(length, () -> random.nextInt(20) / 7.0);
    }

    /** A sample that tells nothing: what is rare lies where no sample is taken. */
    @Test
    void ofValuesInOrder() {
        int[] next = {0};
        check(100_000, () -> next[0]++);
        next[0] = 0;
        check(100_000, () -> next[0]++ < 90_000 ? 1 : 2 + next[0]);
    }

    @Test
    void countsWhereTheBracketFails() {
        INDArray scores = Nd4j.createFromArray(0f, 3f, 1f, 2f, 2f);
        Chunks chunks = new Chunks(scores, null, 0, 5);
        assertEquals(2f, Quantile.select(chunks, 3));
        assertEquals(2f, Quantile.next(chunks, 2f, 3));
        assertEquals(3f, Quantile.next(chunks, 2f, 4));
    }

    private void check(int length, DoubleSupplier values) {
        float[] mean = new float[length];
        float[] deviation = new float[length];
        float[] scores = new float[length];
        for (int i = 0; i < length; i++) {
            mean[i] = (float) values.getAsDouble();
            deviation[i] = 1 + random.nextInt(2);
            scores[i] = mean[i] * deviation[i];
        }
        INDArray means = padded(mean);
        Arrays.sort(scores);
        Arrays.sort(mean);
        for (double q : SHARES) {
            String what = length + " values, quantile " + q;
            assertEquals(
                    sorted(scores, q), Quantile.of(means, padded(deviation), 3, length, q), what);
            assertEquals(sorted(mean, q), Quantile.of(means, null, 3, length, q), what);
        }
    }

    private static double sorted(float[] values, double q) {
        double position = q * (values.length - 1);
        int rank = (int) position;
        float low = values[rank];
        float high = values[Math.min(rank + 1, values.length - 1)];
        return low + (position - rank) * (high - low);
    }

    /** Three values before and two behind, which do not belong to it. */
    private static INDArray padded(float[] values) {
        float[] all = new float[values.length + 5];
        Arrays.fill(all, 1e9f);
        System.arraycopy(values, 0, all, 3, values.length);
        return Nd4j.createFromArray(all);
    }
}
