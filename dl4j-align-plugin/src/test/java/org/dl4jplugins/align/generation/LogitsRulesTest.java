package org.dl4jplugins.align.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogitsRulesTest {
    private static final float NO = Float.NEGATIVE_INFINITY;

    private static float[] after(LogitsRule rule, float... logits) {
        rule.apply(logits, new int[] {1, 2, 1});
        return logits;
    }

    @Test
    void repetitionPenaltyTouchesEachPresentTokenOnce() {
        assertArrayEquals(
                new float[] {4, 2, -6, 1}, after(new RepetitionPenalty(2), 4, 4, -3, 1), 1e-6f);
    }

    @Test
    void temperatureDivides() {
        assertArrayEquals(new float[] {2, -4}, after(new Temperature(0.5), 1, -2), 1e-6f);
    }

    @Test
    void topKKeepsTies() {
        assertArrayEquals(new float[] {3, NO, 2, 2}, after(new TopK(2), 3, 1, 2, 2));
        assertArrayEquals(new float[] {3, 1}, after(new TopK(5), 3, 1));
    }

    @Test
    void topPKeepsTheSmallestSufficientSet() {
        float[] logits = new float[4];
        double[] p = {0.1, 0.5, 0.15, 0.25};
        for (int i = 0; i < 4; i++) {
            logits[i] = (float) Math.log(p[i]);
        }
        assertArrayEquals(
                new float[] {NO, logits[1], NO, NO}, after(new TopP(0.5 - 1e-6), logits.clone()));
        assertArrayEquals(
                new float[] {NO, logits[1], NO, logits[3]}, after(new TopP(0.7), logits.clone()));
        assertArrayEquals(logits, after(new TopP(1), logits.clone()));
        assertArrayEquals(
                new float[] {NO, logits[1], NO, NO}, after(new TopP(1e-9), logits.clone()));
    }

    @Test
    void drawsFollowTheProbabilitiesThatTheRulesLeave() {
        TokenChoice choice = new TokenChoice(List.of(new TopK(2)), new SplittableRandom(5));
        int[] counts = new int[3];
        for (int i = 0; i < 4000; i++) {
            float[] logits = {(float) Math.log(0.6), (float) Math.log(0.1), (float) Math.log(0.3)};
            counts[choice.next(logits, new int[0])]++;
        }
        assertEquals(0, counts[1]);
        assertEquals(2.0 / 3, counts[0] / 4000.0, 0.03);
    }

    @Test
    void brokenLogitsAndSettingsAreRefused() {
        TokenChoice greedy = new TokenChoice(List.of(), null);
        assertThrows(IllegalStateException.class, () -> greedy.next(new float[] {NO, NO}, null));
        assertThrows(IllegalStateException.class, () -> Softmax.log(new float[] {Float.NaN}));
        assertThrows(IllegalArgumentException.class, () -> new TopP(0));
        assertThrows(IllegalArgumentException.class, () -> new TopP(1.1));
        assertThrows(IllegalArgumentException.class, () -> new TopK(0));
        assertThrows(IllegalArgumentException.class, () -> new Temperature(0));
        assertThrows(IllegalArgumentException.class, () -> new RepetitionPenalty(-1));
    }
}
