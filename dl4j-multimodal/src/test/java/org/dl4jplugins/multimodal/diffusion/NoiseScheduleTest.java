package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseScheduleTest {

    static Stream<NoiseSchedule> schedules() {
        return Stream.of(
                DiscreteSchedule.stableDiffusion(),
                DiscreteSchedule.linear(1e-4, 0.02, 1000),
                DiscreteSchedule.cosine(100),
                DiscreteSchedule.of(0.3, 0.2, 0.5),
                new LinearSchedule(),
                new LinearSchedule(2, 2),
                new CosineSchedule());
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void signalFallsFromOneAndNoiseGrowsFromZero(NoiseSchedule schedule) {
        assertEquals(1, schedule.alpha(0));
        assertEquals(0, schedule.sigma(0));
        assertEquals(Double.POSITIVE_INFINITY, schedule.logSnr(0));
        double last = schedule.lastTime();
        for (int i = 0; i <= 1000; i++) {
            double t = last + (schedule.firstTime() - last) * i / 1000;
            double alpha = schedule.alpha(t);
            double sigma = schedule.sigma(t);
            assertEquals(1, alpha * alpha + sigma * sigma, 1e-14);
            assertEquals(Math.log(alpha / sigma), schedule.logSnr(t), 1e-9);
            if (i > 0) {
                double before = last + (schedule.firstTime() - last) * (i - 1) / 1000;
                assertTrue(schedule.logAlpha(t) < schedule.logAlpha(before));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void timesAreFoundAgain(NoiseSchedule schedule) {
        for (int i = 1; i <= 997; i++) {
            double last = schedule.lastTime();
            double t = last + (schedule.firstTime() - last) * i / 997;
            assertEquals(t, schedule.timeOfLogAlpha(schedule.logAlpha(t)), 1e-9);
            assertEquals(t, schedule.timeOfLogSnr(schedule.logSnr(t)), 1e-9);
        }
        assertEquals(1, schedule.timeOfLogSnr(-50), 1e-6);
        assertEquals(0, schedule.timeOfLogSnr(50), schedule.lastTime());
    }

    @Test
    void discreteStepsApproachContinuousTime() {
        NoiseSchedule linear = new LinearSchedule(0.1, 20);
        NoiseSchedule steps = DiscreteSchedule.linear(1e-4, 0.02, 1000);
        NoiseSchedule cosine = new CosineSchedule();
        NoiseSchedule cosineSteps = DiscreteSchedule.cosine(1000);
        for (double t = 0.05; t < 0.95; t += 0.05) {
            assertEquals(linear.alpha(t), steps.alpha(t), 5e-3);
            assertEquals(cosine.alpha(t), cosineSteps.alpha(t), 1e-9);
        }
    }

    @Test
    void closedForms() {
        assertEquals(-0.1 / 4 - 19.9 / 16, new LinearSchedule().logAlpha(0.5), 1e-15);
        double offset = 0.008 / 1.008 * Math.PI / 2;
        double angle = 0.508 / 1.008 * Math.PI / 2;
        assertEquals(Math.cos(angle) / Math.cos(offset), new CosineSchedule().alpha(0.5), 1e-15);
        DiscreteSchedule given = DiscreteSchedule.of(0.36, 0.75);
        assertEquals(0.8, given.alpha(0.5), 1e-15);
        assertEquals(0.4, given.alpha(1), 1e-15);
        assertEquals(0.4 * Math.sqrt(2), given.alpha(0.75), 1e-15, "log alpha is linear between");
        assertEquals(0.75, given.beta(2), 1e-15);
        assertEquals(0.5, given.timestep(1));
    }

    @Test
    void badValues() {
        check("beta 2: 1.0 given, right is above 0 and below 1", () -> DiscreteSchedule.of(0.1, 1));
        check("steps: 1 given, right is 2 or more", () -> DiscreteSchedule.of(0.1));
        check("steps: 1 given, right is 2 or more", () -> DiscreteSchedule.cosine(1));
        check(
                "last: 0.1 given, right is from 0.2 to below 1",
                () -> DiscreteSchedule.linear(0.2, 0.1, 10));
        check(
                "first: 0.0 given, right is above 0 and below 1",
                () -> DiscreteSchedule.scaledLinear(0, 0.1, 10));
        check("last: 1.0 given, right is 2.0 or more", () -> new LinearSchedule(2, 1));
        check("offset: NaN given, right is above 0", () -> new CosineSchedule(Double.NaN));
        DiscreteSchedule schedule = DiscreteSchedule.stableDiffusion();
        check("t: 1.5 given, right is from 0 to 1", () -> schedule.alpha(1.5));
        check("t: NaN given, right is from 0 to 1", () -> new CosineSchedule().sigma(Double.NaN));
        check("n: 1001 given, right is from 0 to 1000", () -> schedule.timestep(1001));
        check("n: 0 given, right is from 1 to 1000", () -> schedule.beta(0));
        assertThrows(UnsupportedOperationException.class, () -> new LinearSchedule().timestep(1));
    }

    private static void check(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
