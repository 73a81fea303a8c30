package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Solvers on a Gaussian with the exact score: order of convergence, mean and variance. */
class ConvergenceTest {

    private static final NoiseSchedule SMOOTH = new LinearSchedule();
    private static final GaussianData DATA = new GaussianData(SMOOTH, 0.7, 0.4);

    static Stream<Arguments> orders() {
        return Stream.of(
                Arguments.of(new Euler(), 1),
                Arguments.of(new Ddim(), 1),
                Arguments.of(single(1, true), 1),
                Arguments.of(single(2, true), 2),
                Arguments.of(single(3, true), 3),
                Arguments.of(single(1, false), 1),
                Arguments.of(single(2, false), 2),
                Arguments.of(single(3, false), 3),
                Arguments.of(multi(2, true), 2),
                Arguments.of(multi(2, false), 2),
                Arguments.of(new DpmSolver.Builder().order(2).build(), 2));
    }

    private static Solver single(int order, boolean plusPlus) {
        return new DpmSolver.Builder().order(order).plusPlus(plusPlus).fast(false).build();
    }

    private static Solver multi(int order, boolean plusPlus) {
        return new DpmSolverMultistep.Builder().order(order).plusPlus(plusPlus).build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orders")
    void halvedStepsDivideTheErrorByTwoToTheOrder(Solver solver, int order) {
        double coarse = error(solver, 192, TimeSpacing.LOG_SNR);
        double fine = error(solver, 384, TimeSpacing.LOG_SNR);
        double measured = Math.log(coarse / fine) / Math.log(2);
        assertEquals(order, measured, 0.25, solver + " " + coarse + " " + fine);
    }

    private static double error(Solver solver, int steps, TimeSpacing spacing) {
        Sampler sampler =
                new Sampler.Builder(SMOOTH).solver(solver).steps(steps).spacing(spacing).build();
        INDArray start = new NoiseSource(3).normal(DataType.DOUBLE, 5, 2);
        INDArray end = sampler.sample(DATA.denoiser(Prediction.EPSILON), start);
        INDArray exact = DATA.flow(start, SMOOTH.firstTime(), SMOOTH.lastTime());
        return exact.sub(end).normmaxNumber().doubleValue();
    }

    @ParameterizedTest
    @EnumSource(TimeSpacing.class)
    void higherOrdersAreBetterWithAsManyCalls(TimeSpacing spacing) {
        double first = error(new Ddim(), 24, spacing);
        assertTrue(error(new Euler(), 24, spacing) > first);
        assertTrue(error(multi(2, true), 24, spacing) < first / 2);
        assertTrue(error(new DpmSolver.Builder().build(), 24, spacing) < first / 1.5);
    }

    @Test
    void manyStepsOfEverySpacingArrive() {
        for (TimeSpacing spacing : TimeSpacing.values()) {
            assertEquals(0, error(new DpmSolver.Builder().build(), 400, spacing), 1e-3);
        }
    }

    static Stream<Solver> stochastic() {
        return Stream.of(
                new Ddpm(), new Ddpm(true), new Ddim(1), new Ddim(0.5), new Ddim(), new Euler());
    }

    @ParameterizedTest
    @MethodSource("stochastic")
    void samplesHaveTheDataMeanAndVariance(Solver solver) {
        DiscreteSchedule schedule = DiscreteSchedule.linear(1e-3, 0.2, 100);
        GaussianData data = new GaussianData(schedule, -1.5, 0.5);
        Sampler sampler =
                new Sampler.Builder(schedule)
                        .solver(solver)
                        .steps(150)
                        .spacing(TimeSpacing.LOG_SNR)
                        .prediction(Prediction.V)
                        .build();
        INDArray samples = sampler.sample(data.denoiser(Prediction.V), DataType.DOUBLE, 10_000);
        double variance = data.variance(schedule.lastTime());
        assertEquals(-1.5, samples.meanNumber().doubleValue(), 0.03, solver.toString());
        assertEquals(variance, samples.varNumber().doubleValue(), 0.1 * variance);
    }

    /** The two variances of DDPM are the bounds of the right one. */
    @Test
    void ancestralVariancesAreBounds() {
        GaussianData data = new GaussianData(SMOOTH, 0, 1);
        Sampler.Builder sampler =
                new Sampler.Builder(SMOOTH).steps(12).spacing(TimeSpacing.LOG_SNR);
        Denoiser model = data.denoiser(Prediction.EPSILON);
        INDArray small = sampler.solver(new Ddpm()).build().sample(model, DataType.DOUBLE, 20_000);
        INDArray large =
                sampler.solver(new Ddpm(true)).build().sample(model, DataType.DOUBLE, 20_000);
        assertTrue(small.varNumber().doubleValue() < 0.9);
        assertEquals(1, large.varNumber().doubleValue(), 0.04, "right where data have variance 1");
    }

    /** Where the data are one point, the posterior is exact: few steps are as right as many. */
    @Test
    void fewStepsKeepTheMarginalsOfOnePoint() {
        DiscreteSchedule schedule = DiscreteSchedule.stableDiffusion();
        GaussianData point = new GaussianData(schedule, 0.25, 0);
        INDArray start =
                new NoiseSource(8)
                        .normal(DataType.DOUBLE, 40_000)
                        .muli(schedule.sigma(1))
                        .addi(0.25 * schedule.alpha(1));
        for (Solver solver : new Solver[] {new Ddpm(), new Ddim(1), new Ddim(0.3), new Ddim()}) {
            Sampler sampler =
                    new Sampler.Builder(schedule).solver(solver).steps(7).lastTime(0.2).build();
            INDArray samples = sampler.sample(point.denoiser(Prediction.EPSILON), start);
            double alpha = schedule.alpha(0.2);
            double variance = Math.pow(schedule.sigma(0.2), 2);
            assertEquals(0.25 * alpha, samples.meanNumber().doubleValue(), 0.012);
            assertEquals(variance, samples.varNumber().doubleValue(), 0.03 * variance);
        }
    }

    @Test
    void firstOrderSolversAreOneAndTheSame() {
        GaussianData data = new GaussianData(SMOOTH, 0.2, 2);
        INDArray start = new NoiseSource(5).normal(DataType.DOUBLE, 8);
        Sampler.Builder sampler = new Sampler.Builder(SMOOTH).steps(13);
        Denoiser model = data.denoiser(Prediction.EPSILON);
        INDArray expected = sampler.solver(new Ddim()).build().sample(model, start);
        for (Solver solver : new Solver[] {single(1, true), single(1, false), multi(1, true)}) {
            INDArray actual = sampler.solver(solver).build().sample(model, start);
            assertEquals(0, expected.sub(actual).normmaxNumber().doubleValue(), 1e-12);
        }
    }

    @Test
    void ddimWithNoiseOneIsDdpm() {
        INDArray start = new NoiseSource(5).normal(DataType.DOUBLE, 8);
        Sampler.Builder sampler = new Sampler.Builder(SMOOTH).steps(13).seed(4);
        Denoiser model = DATA.denoiser(Prediction.EPSILON);
        INDArray ddpm = sampler.solver(new Ddpm()).build().sample(model, start);
        INDArray ddim = sampler.solver(new Ddim(1)).build().sample(model, start);
        assertEquals(0, ddpm.sub(ddim).normmaxNumber().doubleValue(), 1e-12);
    }
}
