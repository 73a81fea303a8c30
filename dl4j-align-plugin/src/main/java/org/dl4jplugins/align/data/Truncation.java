package org.dl4jplugins.align.data;

import java.util.Arrays;

/** Which part of a text that is too long is given up. */
public enum Truncation {
    /** The beginning goes: right where what matters stands at the end, as in a conversation. */
    LEFT,
    /** The end goes: what Hugging Face's tokenizers do by default. */
    RIGHT,
    /**
     * The middle goes: the first half of the room keeps the beginning, the rest the end, so that
     * neither an instruction in front nor a cue such as {@code Answer:} at the end is lost.
     */
    MIDDLE;

    /**
     * What remains of a text.
     *
     * @param tokens all of its tokens
     * @param room how many may remain, 0 or more
     * @return the tokens themselves if they fit
     */
    int[] cut(int[] tokens, int room) {
        int surplus = tokens.length - room;
        if (surplus <= 0) {
            return tokens;
        }
        int head = head(room);
        int[] kept = Arrays.copyOf(tokens, room);
        System.arraycopy(tokens, head + surplus, kept, head, room - head);
        return kept;
    }

    /** How many of the kept tokens come from the beginning. */
    int head(int room) {
        return switch (this) {
            case LEFT -> 0;
            case RIGHT -> room;
            case MIDDLE -> (room + 1) / 2;
        };
    }
}
