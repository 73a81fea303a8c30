package org.dl4jplugins.align.data;

/** Which tokens of a conversation the loss counts. */
public enum Learned {
    /** The last answer alone: an example's output. */
    LAST_ANSWER,
    /** All answers, also those of the history. */
    ANSWERS,
    /** Everything, what is given too. */
    ALL;

    LabeledTokens of(LabeledTokens tokens) {
        return switch (this) {
            case LAST_ANSWER -> tokens.onlyLast();
            case ANSWERS -> tokens;
            case ALL -> tokens.allLearned();
        };
    }
}
