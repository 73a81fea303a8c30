package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VqaAccuracyTest {

    private static List<String> ten(int red) {
        List<String> people = new ArrayList<>(Collections.nCopies(red, "red"));
        people.addAll(Collections.nCopies(10 - red, "blue"));
        return people;
    }

    /** With each of ten left out in turn: 3 of ten is 3 times 2/3 and 7 times 1. */
    @Test
    void tenPeople() {
        double[] scores = {0, 0.3, 0.6, 0.9, 1, 1, 1, 1, 1, 1, 1};
        for (int same = 0; same <= 10; same++) {
            assertEquals(scores[same], VqaAccuracy.score("Red", ten(same)), 1e-12, same + " of 10");
        }
    }

    /** The definition, person by person. */
    @Test
    void leavingOneOut() {
        for (int size = 2; size <= 12; size++) {
            for (int same = 0; same <= size; same++) {
                List<String> people = new ArrayList<>(Collections.nCopies(same, "yes"));
                people.addAll(Collections.nCopies(size - same, "no"));
                double sum = 0;
                for (int out = 0; out < size; out++) {
                    int others = same - (out < same ? 1 : 0);
                    sum += Math.min(others / 3.0, 1);
                }
                assertEquals(sum / size, VqaAccuracy.score("yes", people), 1e-12);
            }
        }
    }

    @Test
    void oneRightAnswer() {
        VqaAccuracy accuracy = new VqaAccuracy();
        assertEquals(1, accuracy.add("Two.", "2"));
        assertEquals(0, accuracy.add("red", "blue"));
        assertEquals(0.3, accuracy.add("red", ten(1)), 1e-12);
        assertEquals(1.3 / 3, accuracy.value(), 1e-12);
        assertEquals(3, accuracy.count());
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> accuracy.add("red", List.of()));
        assertEquals("people must be one answer or more, got none", e.getMessage());
    }

    @Test
    void answersAreNormalized() {
        assertTrue(VqaAccuracy.same("The top left!", "top left"));
        assertTrue(VqaAccuracy.same("none", "zero"));
        assertTrue(VqaAccuracy.same("dont  know", "don't know"));
        assertTrue(VqaAccuracy.same("red/blue", "red blue"));
        assertTrue(VqaAccuracy.same("1,000", "1000"));
        assertTrue(VqaAccuracy.same("t-shirt", "T shirt"));
        assertTrue(VqaAccuracy.same("yes.", "YES"));
        assertFalse(VqaAccuracy.same("1.5", "15"));
        assertFalse(VqaAccuracy.same("left", "right"));
        assertTrue(VqaAccuracy.same("a cat and an ant", "cat and ant"));
    }
}
