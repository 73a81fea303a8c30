package org.dl4jplugins.align.generation;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Nucleus sampling (Holtzman et al., 2020): leaves the smallest set of most likely tokens whose
 * probabilities sum to at least p.
 *
 * @param p in (0, 1]
 */
public record TopP(double p) implements LogitsRule {

    /**
     * @throws IllegalArgumentException if p is outside (0, 1]
     */
    public TopP {
        if (!(p > 0 && p <= 1)) {
            throw new IllegalArgumentException("topP must be in (0, 1], got " + p);
        }
    }

    @Override
    public void apply(float[] logits, int[] ids) {
        double[] probabilities = Softmax.of(logits);
        int[] order =
                IntStream.range(0, logits.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
                        .mapToInt(i -> i)
                        .toArray();
        double sum = 0;
        for (int i : order) {
            if (sum >= p) {
                logits[i] = Float.NEGATIVE_INFINITY;
            }
            sum += probabilities[i];
        }
    }
}
