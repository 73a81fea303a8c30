package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Trajectories of the published DPM-Solver++ on noise models that a formula gives. */
class DpmSolverGoldenTest {

    private static final double TOLERANCE = 1e-9;

    private final Golden golden = Golden.load("dpm_solver");
    private final NoiseSchedule schedule = DiscreteSchedule.stableDiffusion();

    private static Denoiser model(String name) {
        return name.equals("lin")
                ? (x, t) -> x.mul(0.5)
                : (x, t) ->
                        Transforms.tanh(x, true)
                                .muli(0.8 * (t * 1000) / 1000)
                                .addi(Transforms.sin(x.mul(3), true).muli(0.1));
    }

    @Test
    void scheduleAndItsInverse() {
        double[] t = golden.vector("ns.t");
        for (int i = 0; i < t.length; i++) {
            assertEquals(golden.vector("ns.log_alpha")[i], schedule.logAlpha(t[i]), 1e-12);
            assertEquals(golden.vector("ns.sigma")[i], schedule.sigma(t[i]), 1e-12);
            assertEquals(golden.vector("ns.lambda")[i], schedule.logSnr(t[i]), 1e-11);
            double inverse = schedule.timeOfLogSnr(golden.vector("ns.lambda")[i]);
            assertEquals(golden.vector("ns.inverse")[i], inverse, 1e-12);
        }
    }

    private Sampler.Builder sampler(String kind, int order, int steps) {
        Solver solver =
                kind.equals("multi")
                        ? new DpmSolverMultistep.Builder()
                                .order(order)
                                .lowerOrderFinal(false)
                                .build()
                        : new DpmSolver.Builder().order(order).fast(!kind.equals("single")).build();
        return new Sampler.Builder(schedule)
                .solver(solver)
                .steps(steps)
                .spacing(kind.equals("logsnr") ? TimeSpacing.LOG_SNR : TimeSpacing.TIME_UNIFORM);
    }

    @ParameterizedTest
    @CsvSource({
        "fast, 3, 9, fast9",
        "fast, 3, 10, fast10",
        "fast, 3, 20, fast20",
        "fast, 3, 50, fast50",
        "single, 1, 10, single1_10",
        "single, 2, 10, single2_10",
        "single, 3, 12, single3_12",
        "multi, 2, 10, multi2_10",
        "multi, 3, 10, multi3_10",
        "logsnr, 3, 10, logsnr10"
    })
    void states(String kind, int order, int steps, String name) {
        for (String model : new String[] {"lin", "nl"}) {
            List<INDArray> states = new ArrayList<>();
            Sampler sampler =
                    sampler(kind, order, steps)
                            .callback(step -> states.add(step.state().dup()))
                            .build();
            INDArray end = sampler.sample(model(model), golden.array("x_T"));
            INDArray expected = golden.array(model + "." + name + ".x64");
            if (name.equals("fast50")) {
                close(expected, end, model);
                continue;
            }
            assertEquals(expected.size(0), states.size(), name);
            for (int i = 0; i < states.size(); i++) {
                INDArray at = expected.get(NDArrayIndex.point(i));
                close(at, states.get(i), model + "." + name + " update " + i);
            }
            close(states.get(states.size() - 1), end, "result");
        }
    }

    @ParameterizedTest
    @CsvSource({"9", "10", "20"})
    void callsAndOrders(int steps) {
        Sampler sampler = sampler("fast", 3, steps).build();
        for (String model : new String[] {"lin", "nl"}) {
            String name = model + ".fast" + steps + ".";
            double[] orders = golden.vector(name + "orders");
            int[] spans = new DpmSolver.Builder().build().spans(steps);
            assertArrayEquals(orders, Arrays.stream(spans).asDoubleStream().toArray());
            List<Double> times = new ArrayList<>();
            sampler.sample(
                    (x, t) -> {
                        int call = times.size();
                        times.add(t);
                        INDArray output = model(model).predict(x, t);
                        INDArray x0 = Prediction.EPSILON.toX0(output, x, schedule, t);
                        close(call(name + "call.x", call), x, name + "x " + call);
                        close(call(name + "call.x0", call), x0, name + "x0 " + call);
                        return output;
                    },
                    golden.array("x_T"));
            double[] expected = golden.vector(name + "call.t");
            double[] actual = times.stream().mapToDouble(Double::doubleValue).toArray();
            assertArrayEquals(expected, actual, 1e-12);
        }
    }

    private INDArray call(String name, int index) {
        return golden.array(name).get(NDArrayIndex.point(index));
    }

    private static void close(INDArray expected, INDArray actual, String what) {
        double size = expected.normmaxNumber().doubleValue();
        double difference = expected.sub(actual).normmaxNumber().doubleValue();
        assertEquals(0, difference, TOLERANCE * Math.max(1, size), what);
    }
}
