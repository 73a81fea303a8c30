package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schedule of the published BiDiffuser and its noising. */
class ScheduleGoldenTest {

    private final Golden golden = Golden.load("diffusion_schedule");
    private final DiscreteSchedule schedule = DiscreteSchedule.stableDiffusion();

    @Test
    void betasAndProducts() {
        double[] betas = golden.vector("betas");
        double[] alphas = golden.vector("cum_alphas");
        double[] remaining = golden.vector("cum_betas");
        assertEquals(betas.length, schedule.steps());
        for (int n = 0; n <= schedule.steps(); n++) {
            double t = schedule.timestep(n);
            assertEquals(alphas[n], Math.pow(schedule.alpha(t), 2), 1e-12);
            assertEquals(remaining[n], Math.pow(schedule.sigma(t), 2), 1e-12);
            if (n > 0) {
                assertEquals(betas[n - 1], schedule.beta(n), 1e-12);
                double snr = Math.exp(2 * schedule.logSnr(t));
                assertEquals(golden.vector("snr")[n - 1], snr, 1e-10 * snr);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "one.x0, one.eps, one.n, one.xn",
        "list.img, list.eps_img, list.n, list.img_n",
        "list.clip, list.eps_clip, list.n, list.clip_n"
    })
    void noising(String data, String noise, String steps, String noised) {
        double[] times =
                Arrays.stream(golden.vector("sample." + steps)).map(n -> n / 1000).toArray();
        double[] actual =
                new Noising(schedule, times)
                        .apply(golden.array("sample." + data), golden.array("sample." + noise))
                        .ravel()
                        .toDoubleVector();
        Golden.assertClose(golden.vector("sample." + noised), actual, 1e-12, noised);
        double[] single =
                new Noising(schedule, times[0])
                        .apply(golden.array("sample." + data), golden.array("sample." + noise))
                        .ravel()
                        .toDoubleVector();
        int length = actual.length / times.length;
        assertEquals(0, distance(actual, single, length), 1e-12);
    }

    private static double distance(double[] a, double[] b, int length) {
        double most = 0;
        for (int i = 0; i < length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    @Test
    void transitionsBetweenSteps() {
        double[][] pairs = golden.matrix("skip.st");
        for (int k = 0; k < pairs.length; k++) {
            int s = (int) pairs[k][0];
            int t = (int) pairs[k][1];
            double ratio = schedule.alpha(t / 1000.0) / schedule.alpha(s / 1000.0);
            assertEquals(golden.vector("skip.alpha")[k], ratio * ratio, 1e-12);
            double added = new Transition(schedule, t / 1000.0, s / 1000.0).forwardDeviation();
            assertEquals(golden.vector("skip.beta")[k], added * added, 1e-12);
        }
    }
}
