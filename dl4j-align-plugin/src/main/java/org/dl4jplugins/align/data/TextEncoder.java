package org.dl4jplugins.align.data;

import java.util.OptionalInt;

/**
 * Turns text into token ids: what the iterators need to know of a tokenizer.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface TextEncoder {

    /**
     * The tokens of a text. No begin or end token is added; special tokens that the text itself
     * spells out, such as {@code <|im_start|>}, become the tokens they are.
     *
     * @param text any text, also an empty one
     * @return ids from 0 to {@link #vocabularySize()} - 1
     */
    int[] encode(String text);

    /** Number of tokens, special ones included: the rows that an embedding must have. */
    int vocabularySize();

    /** What a sequence begins with: {@code <s>}, {@code [CLS]}; empty where there is none. */
    OptionalInt beginToken();

    /** What a sequence ends with: {@code </s>}, {@code [SEP]}; empty where there is none. */
    OptionalInt endToken();

    /** What fills short sequences up; empty where there is none. */
    OptionalInt paddingToken();
}
