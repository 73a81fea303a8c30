package org.dl4jplugins.align.generation;

import java.util.function.Function;

/**
 * The text that becomes readable token by token. A token may hold part of a character, so text is
 * held back until its last character is complete.
 */
final class TextStream {
    private static final char INCOMPLETE = '\uFFFD';

    private final Function<int[], String> decode;
    private int shown;

    TextStream(Function<int[], String> decode) {
        this.decode = decode;
    }

    /** What is new since the last call. */
    String next(int[] ids) {
        String text = decode.apply(ids);
        if (text.length() <= shown || text.charAt(text.length() - 1) == INCOMPLETE) {
            return "";
        }
        String added = text.substring(shown);
        shown = text.length();
        return added;
    }
}
