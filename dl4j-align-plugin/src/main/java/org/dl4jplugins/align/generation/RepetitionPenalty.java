package org.dl4jplugins.align.generation;

import java.util.Arrays;

/**
 * Makes tokens that the sequence has already less likely: a positive logit is divided by the
 * penalty, a negative one multiplied with it (Keskar et al., 2019, section 4.1, as Hugging Face
 * applies it).
 *
 * @param penalty above 0; 1 changes nothing, above 1 discourages repetition
 */
public record RepetitionPenalty(double penalty) implements LogitsRule {

    /**
     * @throws IllegalArgumentException if the penalty is not above 0
     */
    public RepetitionPenalty {
        Check.positive("repetitionPenalty", penalty);
    }

    @Override
    public void apply(float[] logits, int[] ids) {
        Arrays.stream(ids)
                .distinct()
                .filter(id -> id >= 0 && id < logits.length)
                .forEach(id -> logits[id] *= (float) (logits[id] < 0 ? penalty : 1 / penalty));
    }
}
