package org.dl4jplugins.align.llm;

import ai.djl.huggingface.tokenizers.Encoding;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The tokens of a text or a pair of texts.
 *
 * @param ids of the tokens
 * @param types of the tokens, as BERT has them
 * @param parts 0 or 1: which text of the pair a token is from
 * @param added 1 for tokens that the tokenizer added
 */
record EncodedText(long[] ids, long[] types, long[] parts, long[] added) {

    static EncodedText of(Encoding encoding) {
        return new EncodedText(
                encoding.getIds(),
                encoding.getTypeIds(),
                encoding.getSequenceIds(),
                encoding.getSpecialTokenMask());
    }

    int length() {
        return ids.length;
    }

    int[] toInts() {
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    /**
     * Cuts the text to a length, the longer part of a pair first. What the tokenizer added stays.
     *
     * @throws IllegalArgumentException if the added tokens alone are longer
     */
    EncodedText cut(int maxLength, EncodingOptions.Side side) {
        if (maxLength == 0 || length() <= maxLength) {
            return this;
        }
        int fixed = (int) Arrays.stream(added).filter(a -> a == 1).count();
        Need.that(
                fixed <= maxLength,
                "maxLength",
                maxLength,
                "at least " + fixed + ", as many as the tokenizer adds to every text");
        int[] kept = {ownTokens(0), ownTokens(1)};
        for (int excess = length() - maxLength; excess > 0; excess--) {
            kept[kept[0] > kept[1] ? 0 : 1]--;
        }
        int[] seen = new int[2];
        int[] skipped = {ownTokens(0) - kept[0], ownTokens(1) - kept[1]};
        int[] positions =
                IntStream.range(0, length())
                        .filter(
                                i -> {
                                    if (added[i] == 1) {
                                        return true;
                                    }
                                    int part = (int) parts[i];
                                    int n = seen[part]++;
                                    return side == EncodingOptions.Side.RIGHT
                                            ? n < kept[part]
                                            : n >= skipped[part];
                                })
                        .toArray();
        return new EncodedText(
                pick(ids, positions),
                pick(types, positions),
                pick(parts, positions),
                pick(added, positions));
    }

    private int ownTokens(int part) {
        return (int)
                IntStream.range(0, length()).filter(i -> added[i] == 0 && parts[i] == part).count();
    }

    private static long[] pick(long[] values, int[] positions) {
        return Arrays.stream(positions).mapToLong(i -> values[i]).toArray();
    }
}
