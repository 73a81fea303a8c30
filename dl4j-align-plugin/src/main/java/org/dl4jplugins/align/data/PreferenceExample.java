package org.dl4jplugins.align.data;

import java.util.Objects;

/**
 * A question with a better and a worse answer: what preference tuning learns from.
 *
 * @param chosen the question with the better answer
 * @param rejected the worse answer
 */
public record PreferenceExample(TextExample chosen, String rejected) {

    /**
     * Checks the answers.
     *
     * @throws IllegalArgumentException if the rejected answer is blank or equals the chosen one
     */
    public PreferenceExample {
        Objects.requireNonNull(chosen, "chosen");
        Objects.requireNonNull(rejected, "rejected");
        if (rejected.isBlank() || rejected.equals(chosen.output())) {
            throw new IllegalArgumentException(
                    "the rejected answer must hold text other than the chosen one, got '"
                            + rejected
                            + "'");
        }
    }

    /** The question with the worse answer. */
    public TextExample worse() {
        return new TextExample(
                chosen.id(), chosen.history(), chosen.instruction(), chosen.input(), rejected);
    }
}
