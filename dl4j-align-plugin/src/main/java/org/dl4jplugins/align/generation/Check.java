package org.dl4jplugins.align.generation;

import org.dl4jplugins.align.llm.SpecialTokens;

/** Checks of settings. */
final class Check {

    private Check() {}

    static void positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be above 0, got " + value);
        }
    }

    static int atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
        return value;
    }

    static void beams(int beams, boolean sampling, boolean listening) {
        if (beams > 1 && sampling) {
            throw new IllegalArgumentException(
                    "beams ("
                            + beams
                            + ") cannot be combined with temperature, topK or topP: choose beam"
                            + " search or sampling");
        }
        if (beams > 1 && listening) {
            throw new IllegalArgumentException(
                    "beams ("
                            + beams
                            + ") cannot be combined with a listener: beam search changes its mind");
        }
    }

    static IllegalArgumentException tooLong(int prompt, int tokens, int most) {
        return new IllegalArgumentException(
                "Prompt "
                        + prompt
                        + " has "
                        + tokens
                        + " tokens, but the model takes "
                        + most
                        + " with the new ones");
    }

    static int decoderStart(SpecialTokens tokens) {
        return tokens.decoderStart()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "The checkpoint does not say what its decoder begins with:"
                                                + " Builder.decoderStart"));
    }
}
