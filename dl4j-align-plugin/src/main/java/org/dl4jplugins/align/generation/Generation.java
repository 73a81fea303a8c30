package org.dl4jplugins.align.generation;

import java.util.Arrays;

/**
 * What was generated after one prompt.
 *
 * @param ids the new tokens, the one that ended the text included
 * @param text the new tokens' text, without special tokens
 * @param finish why it ended
 * @param logProbability sum of the new tokens' log probabilities under the model alone, without
 *     temperature and other rules; for beam search after the repetition penalty
 */
public record Generation(int[] ids, String text, Finish finish, double logProbability) {

    /** Why a generation ended. */
    public enum Finish {
        /** A stop token came. */
        STOP,
        /** The most new tokens, or the model's greatest length, were reached. */
        LENGTH,
        /** The listener asked for it. */
        CANCELLED
    }

    /** Copies the ids. */
    public Generation {
        ids = ids.clone();
    }

    /** The new tokens, a copy. */
    @Override
    public int[] ids() {
        return ids.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Generation g
                && Arrays.equals(ids, g.ids)
                && text.equals(g.text)
                && finish == g.finish
                && logProbability == g.logProbability;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return text;
    }
}
