package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class PredictionTest {

    private final NoiseSchedule schedule = new CosineSchedule();
    private final NoiseSource random = new NoiseSource(1);
    private final INDArray x0 = random.normal(DataType.DOUBLE, 4, 2, 3);
    private final INDArray epsilon = random.normal(DataType.DOUBLE, 4, 2, 3);

    @ParameterizedTest
    @EnumSource(Prediction.class)
    void aPerfectPredictionGivesDataAndNoiseBack(Prediction prediction) {
        for (double t : new double[] {0.01, 0.3, 0.9}) {
            Noising noising = new Noising(schedule, t);
            INDArray x = noising.apply(x0, epsilon);
            INDArray output = prediction.target(x0, epsilon, noising);
            INDArray before = output.dup();
            close(x0, prediction.toX0(output, x, schedule, t));
            close(epsilon, prediction.toEpsilon(output, x, schedule, t));
            assertEquals(before, output, "the output is not changed");
            close(noising.apply(x0, epsilon), x);
        }
    }

    @Test
    void velocityIsTheDefinedMixture() {
        double[] times = {0.1, 0.2, 0.5, 0.8};
        INDArray v = Prediction.V.target(x0, epsilon, new Noising(schedule, times));
        for (int i = 0; i < 4; i++) {
            double expected =
                    schedule.alpha(times[i]) * epsilon.getDouble(i, 1, 2)
                            - schedule.sigma(times[i]) * x0.getDouble(i, 1, 2);
            assertEquals(expected, v.getDouble(i, 1, 2), 1e-14);
        }
    }

    @Test
    void timesOfExamplesAreTheirOwn() {
        double[] times = {0.1, 0.2, 0.5, 0.8};
        INDArray all = new Noising(schedule, times).apply(x0, epsilon);
        for (int i = 0; i < 4; i++) {
            INDArray one = new Noising(schedule, times[i]).apply(row(x0, i), row(epsilon, i));
            close(one, row(all, i));
        }
        INDArray single =
                new Noising(schedule, times)
                        .apply(Nd4j.ones(DataType.FLOAT, 4), Nd4j.zeros(DataType.FLOAT, 4));
        assertEquals(DataType.FLOAT, single.dataType());
        assertEquals(schedule.alpha(0.8), single.getDouble(3), 1e-6);
    }

    private static INDArray row(INDArray array, int i) {
        return array.get(NDArrayIndex.interval(i, i + 1));
    }

    @Test
    void trainingTimes() {
        double[] steps =
                Noising.random(DiscreteSchedule.cosine(10), 5000, new NoiseSource(3)).times();
        int[] counts = new int[11];
        for (double t : steps) {
            assertEquals(Math.rint(t * 10), t * 10, 1e-12);
            counts[(int) Math.rint(t * 10)]++;
        }
        assertEquals(0, counts[0]);
        assertTrue(Arrays.stream(counts).skip(1).allMatch(c -> c > 400 && c < 600));
        double[] continuous = Noising.random(schedule, 5000, new NoiseSource(3)).times();
        assertTrue(Arrays.stream(continuous).allMatch(t -> t > 0 && t <= 1));
        assertEquals(0.5, Arrays.stream(continuous).average().orElseThrow(), 0.02);
        assertArrayEquals(continuous, Noising.random(schedule, 5000, new NoiseSource(3)).times());
    }

    @Test
    void badValues() {
        check(
                "times: [] given, right is one for each example or one for all",
                () -> new Noising(schedule));
        check("t: -0.1 given, right is from 0 to 1", () -> new Noising(schedule, 0.5, -0.1));
        check(
                "batch: 4 given, right is 2, one for each time",
                () -> new Noising(schedule, 0.5, 0.6).apply(x0, epsilon));
        check(
                "shape of the noise: [4, 6] given, right is [4, 2, 3]",
                () -> new Noising(schedule, 0.5).apply(x0, epsilon.reshape(4, 6)));
        check("batch: 0 given, right is 1 or more", () -> Noising.random(schedule, 0, random));
    }

    private static void check(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    private static void close(INDArray expected, INDArray actual) {
        assertEquals(0, expected.sub(actual).normmaxNumber().doubleValue(), 1e-12);
    }
}
