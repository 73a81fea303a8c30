package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StabilityCriterionTest {

    private static StabilityCriterion.Builder settings() {
        return new StabilityCriterion.Builder().window(3).epsilon(0.1).patience(2);
    }

    /** The step after which it says stop, or -1. */
    private static int stopsAt(StabilityCriterion criterion, double... losses) {
        for (int i = 0; i < losses.length; i++) {
            if (criterion.add(losses[i])) {
                return i + 1;
            }
        }
        return -1;
    }

    @Test
    void twoFullWindowsAndPatienceAreNeeded() {
        assertEquals(7, stopsAt(settings().build(), new double[20]));
        assertEquals(6, stopsAt(settings().patience(1).build(), new double[20]));
        assertEquals(12, stopsAt(settings().minimumSteps(12).build(), new double[20]));
    }

    @Test
    void theDifferenceOfTheWindowMeansDecides() {
        // At step 6 means are 2 and 1; the 3s leave one by one: differences -1, -0.667, -0.333, 0.
        double[] losses = {3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        StabilityCriterion criterion = settings().build();
        for (int i = 0; i < 5; i++) {
            criterion.add(losses[i]);
            assertEquals(Double.NaN, criterion.change());
        }
        criterion.add(losses[5]);
        assertEquals(-1, criterion.change(), 1e-12);
        criterion.add(losses[6]);
        assertEquals(-1.0 / 3, criterion.change(), 1e-12);
        assertEquals(9, stopsAt(settings().build(), losses));
        assertFalse(stopsAt(settings().epsilon(0.5).build(), losses) != 8);
    }

    @Test
    void calmMustNotBeInterrupted() {
        StabilityCriterion criterion = settings().patience(3).build();
        assertEquals(-1, stopsAt(criterion, 1, 1, 1, 1, 1, 1, 1, 5, 1, 1));
        assertNull(criterion.stop());
        assertTrue(criterion.toString().contains("not stable yet"));
    }

    @Test
    void aFallingLossStopsAtTheMaximum() {
        StabilityCriterion criterion = settings().maximumSteps(15).build();
        double[] falling = new double[30];
        for (int i = 0; i < falling.length; i++) {
            falling[i] = -i;
        }
        assertEquals(15, stopsAt(criterion, falling));
        assertEquals(StabilityCriterion.Stop.MAXIMUM_STEPS, criterion.stop());
        assertTrue(criterion.toString().contains("stopped after 15 steps"), criterion.toString());
    }

    @Test
    void noiseNeedsALargerWindow() {
        Random random = new Random(3);
        double[] noisy = random.doubles(4000, -1, 1).toArray();
        assertEquals(-1, stopsAt(settings().patience(40).maximumSteps(5000).build(), noisy));
        StabilityCriterion wide = settings().window(800).patience(40).maximumSteps(5000).build();
        assertTrue(stopsAt(wide, noisy) > 0);
    }

    @Test
    void divergenceAndBadSettingsAreNamed() {
        StabilityCriterion criterion = settings().build();
        criterion.add(1);
        String message =
                assertThrows(IllegalArgumentException.class, () -> criterion.add(Double.NaN))
                        .getMessage();
        assertTrue(message.contains("step 2") && message.contains("diverged"), message);
        assertThrows(IllegalArgumentException.class, () -> settings().window(0).build());
        assertThrows(IllegalArgumentException.class, () -> settings().epsilon(0).build());
        assertThrows(IllegalArgumentException.class, () -> settings().patience(0).build());
        assertThrows(IllegalArgumentException.class, () -> settings().minimumSteps(-1).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> settings().minimumSteps(10).maximumSteps(9).build());
    }
}
