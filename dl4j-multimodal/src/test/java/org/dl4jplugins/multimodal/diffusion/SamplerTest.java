package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Spacing, guidance, the samplers' settings. */
class SamplerTest {

    private static final NoiseSchedule SCHEDULE = DiscreteSchedule.stableDiffusion();

    @Test
    void spacings() {
        assertArrayEquals(
                new double[] {1, 0.75, 0.5, 0.25, 0},
                TimeSpacing.TIME_UNIFORM.times(SCHEDULE, 1, 0, 4),
                1e-15);
        assertArrayEquals(
                new double[] {1, 0.5625, 0.25, 0.0625, 0},
                TimeSpacing.TIME_QUADRATIC.times(SCHEDULE, 1, 0, 4),
                1e-15);
        double[] times = TimeSpacing.LOG_SNR.times(SCHEDULE, 0.9, 0.01, 7);
        assertEquals(0.9, times[0]);
        assertEquals(0.01, times[7]);
        double step = (SCHEDULE.logSnr(0.01) - SCHEDULE.logSnr(0.9)) / 7;
        for (int i = 1; i <= 7; i++) {
            double difference = SCHEDULE.logSnr(times[i]) - SCHEDULE.logSnr(times[i - 1]);
            assertEquals(step, difference, 1e-9);
        }
    }

    @Test
    void guidanceIsOneDoubledBatch() {
        List<Long> batches = new ArrayList<>();
        Denoiser doubled =
                (x, t) -> {
                    batches.add(x.size(0));
                    INDArray condition = Nd4j.createFromArray(2.0, 3, 5, 7).reshape(4, 1);
                    return x.mulColumnVector(condition);
                };
        INDArray x = Nd4j.createFromArray(new double[][] {{1, 2}, {10, 20}});
        INDArray guided = new Guidance(doubled, 0.5).predict(x, 0.3);
        assertEquals(List.of(4L), batches);
        assertEquals(Nd4j.createFromArray(new double[][] {{0.5, 1}, {10, 20}}), guided);
        assertEquals(
                x.mulColumnVector(Nd4j.createFromArray(2.0, 3).reshape(2, 1)),
                new Guidance(doubled, 0).predict(x, 0.3),
                "no guidance");
    }

    @Test
    void solversOfFirstOrderEndAtCleanData() {
        INDArray point = Nd4j.valueArrayOf(new long[] {3, 2}, 0.7, DataType.DOUBLE);
        for (Solver solver : new Solver[] {new Ddpm(), new Ddim(), new Ddim(1), new Ddpm(true)}) {
            Sampler sampler =
                    new Sampler.Builder(SCHEDULE)
                            .solver(solver)
                            .steps(5)
                            .lastTime(0)
                            .prediction(Prediction.X0)
                            .build();
            INDArray samples = sampler.sample((x, t) -> point, DataType.DOUBLE, 3, 2);
            assertEquals(0, samples.sub(0.7).normmaxNumber().doubleValue(), 1e-12);
        }
    }

    /** Guidance between two Gaussians moves the samples beyond the conditional one. */
    @Test
    void guidanceGoesAwayFromTheUnconditional() {
        GaussianData one = new GaussianData(SCHEDULE, 1, 0.5);
        GaussianData none = new GaussianData(SCHEDULE, 0, 1);
        Denoiser doubled =
                (x, t) ->
                        Nd4j.concat(
                                0,
                                one.denoiser(Prediction.EPSILON)
                                        .predict(x.get(NDArrayIndex.interval(0, 200)), t),
                                none.denoiser(Prediction.EPSILON)
                                        .predict(x.get(NDArrayIndex.interval(200, 400)), t));
        Sampler sampler = new Sampler.Builder(SCHEDULE).steps(20).build();
        double before = 0.9;
        for (double scale : new double[] {0, 1, 3}) {
            INDArray samples =
                    sampler.sample(new Guidance(doubled, scale), DataType.DOUBLE, 200, 3);
            double mean = samples.meanNumber().doubleValue();
            assertEquals(true, mean > before, scale + " " + mean);
            before = mean;
        }
    }

    @Test
    void changedSettingsLeaveTheOldSampler() {
        Sampler.Builder builder = new Sampler.Builder(SCHEDULE).steps(10);
        Sampler ten = builder.build();
        Sampler twenty = ten.toBuilder().steps(20).denoiseLast(true).build();
        builder.steps(30);
        assertEquals(10, ten.calls());
        assertEquals(21, twenty.calls());
        ten.times()[0] = 5;
        assertEquals(1, ten.times()[0]);
        assertEquals(0.001, ten.times()[10]);
        assertEquals(0.9946, new Sampler.Builder(new CosineSchedule()).build().times()[0]);
    }

    @Test
    void badValues() {
        Sampler.Builder builder = new Sampler.Builder(SCHEDULE);
        check(
                "last: 0.001 given, right is from 0 to below 0.001",
                () -> builder.firstTime(0.001).build());
        check(
                "first: 1.1 given, right is above 0 and up to 1",
                () -> builder.firstTime(1.1).build());
        check(
                "last: 0.0 given, right is above 0 for DPM-Solver++ fast, order 3",
                () -> builder.firstTime(1).lastTime(0).build());
        builder.solver(new Ddim());
        check(
                "last: 0.0 given, right is above 0 to below 1.0",
                () -> builder.firstTime(1).lastTime(0).spacing(TimeSpacing.LOG_SNR).build());
        check("limit: 0.0 given, right is above 0", () -> builder.limit(0).build());
        check("order: 4 given, right is 1, 2 or 3", () -> new DpmSolver.Builder().order(4).build());
        check(
                "order: 0 given, right is 1, 2 or 3",
                () -> new DpmSolverMultistep.Builder().order(0).build());
        check("eta: 1.5 given, right is from 0 to 1", () -> new Ddim(1.5));
        check("scale: -1.0 given, right is 0 or more", () -> new Guidance((x, t) -> x, -1));
        check(
                "type of start: INT given, right is FLOAT or DOUBLE",
                () ->
                        new Sampler.Builder(SCHEDULE)
                                .build()
                                .sample((x, t) -> x, Nd4j.ones(DataType.INT32, 2)));
        String message =
                assertThrows(
                                IllegalStateException.class,
                                () ->
                                        new Guidance((x, t) -> x.getRow(0), 1)
                                                .predict(Nd4j.ones(2, 3), 1))
                        .getMessage();
        assertEquals(
                "The denoiser must predict for 4 rows, conditional and unconditional, but did for 3",
                message);
    }

    private static void check(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
