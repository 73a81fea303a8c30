package org.dl4jplugins.align.generation;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What is done to logits before a token is chosen, in this order; null for what is not done.
 *
 * @param repetition discourages tokens that are there already
 * @param temperature makes the distribution flatter or sharper
 * @param topK keeps the most likely tokens
 * @param topP keeps the most likely tokens up to a probability
 */
record Sampling(RepetitionPenalty repetition, Temperature temperature, TopK topK, TopP topP) {
    static final Sampling GREEDY = new Sampling(null, null, null, null);

    Sampling with(RepetitionPenalty other) {
        return new Sampling(other, temperature, topK, topP);
    }

    Sampling with(Temperature other) {
        return new Sampling(repetition, other, topK, topP);
    }

    Sampling with(TopK other) {
        return new Sampling(repetition, temperature, other, topP);
    }

    Sampling with(TopP other) {
        return new Sampling(repetition, temperature, topK, other);
    }

    /** Whether tokens are drawn at random. */
    boolean random() {
        return temperature != null || topK != null || topP != null;
    }

    List<LogitsRule> rules() {
        return Stream.<LogitsRule>of(repetition, temperature, topK, topP)
                .filter(Objects::nonNull)
                .toList();
    }
}
