package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What holds for every solver. */
class SolverBatteryTest {

    private static final DiscreteSchedule SCHEDULE = DiscreteSchedule.stableDiffusion();
    private static final GaussianData DATA = new GaussianData(SCHEDULE, 0.3, 0.6);
    private static final Denoiser MODEL = DATA.denoiser(Prediction.EPSILON);

    static Stream<Solver> solvers() {
        Stream.Builder<Solver> all = Stream.builder();
        all.add(new Ddpm()).add(new Ddpm(true)).add(new Ddim()).add(new Ddim(0.5)).add(new Euler());
        for (boolean plusPlus : new boolean[] {true, false}) {
            for (int order = 1; order <= 3; order++) {
                for (boolean fast : new boolean[] {true, false}) {
                    all.add(
                            new DpmSolver.Builder()
                                    .order(order)
                                    .fast(fast)
                                    .plusPlus(plusPlus)
                                    .build());
                }
                all.add(
                        new DpmSolverMultistep.Builder()
                                .order(order)
                                .plusPlus(plusPlus)
                                .lowerOrderFinal(plusPlus)
                                .build());
            }
        }
        return all.build();
    }

    private static boolean deterministic(Solver solver) {
        return !(solver instanceof Ddpm) && !solver.toString().endsWith("0.5");
    }

    private static Sampler.Builder sampler(Solver solver) {
        return new Sampler.Builder(SCHEDULE).solver(solver).steps(11);
    }

    private static INDArray start(long... shape) {
        return new NoiseSource(17).normal(DataType.DOUBLE, shape);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void keepsShapeAndType(Solver solver) {
        Sampler sampler = sampler(solver).build();
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            for (long[] shape : new long[][] {{3}, {2, 5}, {2, 3, 4, 5}}) {
                INDArray samples = sampler.sample(MODEL, type, shape);
                assertArrayEquals(shape, samples.shape());
                assertEquals(type, samples.dataType());
            }
        }
        INDArray single = start(4).castTo(DataType.FLOAT);
        INDArray twice =
                sampler.sample((x, t) -> MODEL.predict(x.castTo(DataType.DOUBLE), t), single);
        assertEquals(DataType.FLOAT, twice.dataType(), "a network of another type");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void singlePrecisionIsCloseToDouble(Solver solver) {
        INDArray exact = sampler(solver).build().sample(MODEL, start(4, 3));
        INDArray single = sampler(solver).build().sample(MODEL, start(4, 3).castTo(DataType.FLOAT));
        double difference = distance(exact, single.castTo(DataType.DOUBLE));
        assertTrue(difference < 1e-4, solver + " " + difference);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void seedDecides(Solver solver) {
        INDArray one = sampler(solver).seed(0).build().sample(MODEL, DataType.DOUBLE, 2, 3);
        Nd4j.getRandom().setSeed(99);
        assertEquals(one, sampler(solver).seed(0).build().sample(MODEL, DataType.DOUBLE, 2, 3));
        assertNotEquals(one, sampler(solver).seed(1).build().sample(MODEL, DataType.DOUBLE, 2, 3));
        INDArray given = sampler(solver).seed(0).build().sample(MODEL, start(2, 3));
        INDArray other = sampler(solver).seed(1).build().sample(MODEL, start(2, 3));
        assertEquals(deterministic(solver), given.equals(other));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void leavesItsStartAndTheNetworksBufferAlone(Solver solver) {
        INDArray start = start(2, 3);
        INDArray expected = sampler(solver).build().sample(MODEL, start);
        assertEquals(start(2, 3), start);
        INDArray buffer = Nd4j.create(DataType.DOUBLE, 2, 3);
        Denoiser reusing = (x, t) -> buffer.assign(MODEL.predict(x, t));
        assertEquals(expected, sampler(solver).build().sample(reusing, start));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void callsAndCallbacksAreAsManyAsStated(Solver solver) {
        for (int steps : new int[] {3, 4, 6, 11, 12}) {
            for (boolean denoise : new boolean[] {false, true}) {
                List<Double> called = new ArrayList<>();
                List<SamplingStep> updates = new ArrayList<>();
                Sampler sampler =
                        sampler(solver)
                                .steps(steps)
                                .denoiseLast(denoise)
                                .callback(updates::add)
                                .build();
                sampler.sample(
                        (x, t) -> {
                            called.add(t);
                            return MODEL.predict(x, t);
                        },
                        start(2));
                assertEquals(sampler.calls(), called.size());
                assertTrue(solver.calls(steps) <= steps && solver.calls(steps) > steps - 3);
                assertEquals(solver.spans(steps).length + (denoise ? 1 : 0), updates.size());
                for (int i = 0; i < updates.size(); i++) {
                    assertEquals(i + 1, updates.get(i).index());
                    assertEquals(updates.size(), updates.get(i).count());
                }
                double end = denoise ? 0 : SCHEDULE.lastTime();
                assertEquals(end, updates.get(updates.size() - 1).time());
                assertEquals(1, called.get(0));
                for (int i = 1; i < called.size(); i++) {
                    assertTrue(called.get(i) < called.get(i - 1) && called.get(i) > 0);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void stopsWhenTold(Solver solver) {
        List<INDArray> states = new ArrayList<>();
        sampler(solver)
                .callback(step -> states.add(step.state().dup()))
                .build()
                .sample(MODEL, start(2));
        Sampler stopped = sampler(solver).callback(step -> step.index() < 2).build();
        assertEquals(states.get(1), stopped.sample(MODEL, start(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void allKindsOfPredictionGiveTheSame(Solver solver) {
        INDArray expected = sampler(solver).build().sample(MODEL, start(2, 3));
        for (Prediction kind : new Prediction[] {Prediction.X0, Prediction.V}) {
            INDArray actual =
                    sampler(solver)
                            .prediction(kind)
                            .build()
                            .sample(DATA.denoiser(kind), start(2, 3));
            assertEquals(0, distance(expected, actual), 1e-10, kind.toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void examplesDoNotInfluenceEachOther(Solver solver) {
        if (deterministic(solver)) {
            INDArray all = sampler(solver).build().sample(MODEL, start(4, 3));
            INDArray last = start(4, 3).get(NDArrayIndex.interval(3, 4)).dup();
            INDArray alone = sampler(solver).build().sample(MODEL, last);
            assertEquals(0, distance(all.get(NDArrayIndex.interval(3, 4)), alone), 1e-14);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void goesOnFromAGivenState(Solver solver) {
        Sampler sampler = sampler(solver).firstTime(0.4).lastTime(0.3).steps(60).build();
        INDArray start =
                start(1000).muli(Math.sqrt(DATA.variance(0.4))).addi(0.3 * SCHEDULE.alpha(0.4));
        INDArray end = sampler.sample(MODEL, start);
        assertEquals(0.3 * SCHEDULE.alpha(0.3), end.meanNumber().doubleValue(), 0.1);
        assertEquals(1, end.varNumber().doubleValue() / DATA.variance(0.3), 0.15);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void limitsThePredictedData(Solver solver) {
        Sampler sampler = sampler(solver).limit(0.25).denoiseLast(true).build();
        INDArray samples = sampler.sample((x, t) -> x.mul(-3), start(50));
        assertTrue(samples.maxNumber().doubleValue() <= 0.25);
        assertTrue(samples.minNumber().doubleValue() >= -0.25);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("solvers")
    void refusesWhatCannotWork(Solver solver) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> sampler(solver).steps(0).build())
                        .getMessage();
        assertTrue(message.matches("steps: 0 given, right is [123] or more"), message);
        Sampler sampler = sampler(solver).build();
        message =
                assertThrows(
                                IllegalStateException.class,
                                () -> sampler.sample((x, t) -> x.reshape(3, 2), start(2, 3)))
                        .getMessage();
        assertEquals(
                "The denoiser must return the shape of its state, [2, 3], but returned [3, 2]",
                message);
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).normmaxNumber().doubleValue();
    }
}
