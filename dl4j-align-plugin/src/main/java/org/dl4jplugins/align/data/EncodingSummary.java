package org.dl4jplugins.align.data;

import java.util.List;

/**
 * What became of a data set when it was turned into tokens.
 *
 * @param examples examples that will be seen in an epoch
 * @param rows rows of batches they fill: fewer than examples where they are packed
 * @param skipped the examples left out because their answer does not fit, by number (from 1) and id
 * @param truncated how many examples lost part of their prompt or text
 * @param tokens tokens of all rows, padding not counted
 * @param labeledTokens how many of them are learned: 0 for a classification
 * @param longest tokens of the longest row
 */
public record EncodingSummary(
        int examples,
        int rows,
        List<String> skipped,
        int truncated,
        long tokens,
        long labeledTokens,
        int longest) {

    /** Copies the list. */
    public EncodingSummary {
        skipped = List.copyOf(skipped);
    }

    /** In one line. */
    @Override
    public String toString() {
        return examples
                + " examples in "
                + rows
                + " rows, "
                + tokens
                + " tokens ("
                + labeledTokens
                + " learned), longest "
                + longest
                + ", "
                + truncated
                + " truncated, "
                + skipped.size()
                + " skipped"
                + (skipped.isEmpty() ? "" : ": " + String.join(", ", skipped));
    }
}
