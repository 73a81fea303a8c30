package org.dl4jplugins.align.generation;

import java.util.Arrays;

/**
 * Leaves only the most likely tokens, and those that tie with the last of them.
 *
 * @param k at least 1
 */
public record TopK(int k) implements LogitsRule {

    /**
     * @throws IllegalArgumentException if k is below 1
     */
    public TopK {
        if (k < 1) {
            throw new IllegalArgumentException("topK must be at least 1, got " + k);
        }
    }

    @Override
    public void apply(float[] logits, int[] ids) {
        if (k >= logits.length) {
            return;
        }
        float[] sorted = logits.clone();
        Arrays.sort(sorted);
        float least = sorted[sorted.length - k];
        for (int i = 0; i < logits.length; i++) {
            if (logits[i] < least) {
                logits[i] = Float.NEGATIVE_INFINITY;
            }
        }
    }
}
