package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A tokenizer whose tokens are words, each with the space before it, and new lines; numbered as
 * they come.
 */
final class Words implements TextEncoder {

    static final int PAD = 0;
    static final int BEGIN = 1;
    static final int END = 2;

    private final List<String> words = new ArrayList<>(List.of("<pad>", "<s>", "</s>"));
    private final boolean begin;

    Words() {
        this(true);
    }

    Words(boolean begin) {
        this.begin = begin;
    }

    @Override
    public int[] encode(String text) {
        return text.isEmpty()
                ? new int[0]
                : Arrays.stream(text.split("(?=[ \n])|(?<=\n)")).mapToInt(this::id).toArray();
    }

    private int id(String word) {
        if (!words.contains(word)) {
            words.add(word);
        }
        return words.indexOf(word);
    }

    /** The text of tokens. */
    String decode(int... ids) {
        return Arrays.stream(ids).mapToObj(words::get).collect(Collectors.joining());
    }

    @Override
    public int vocabularySize() {
        return 1000;
    }

    @Override
    public OptionalInt beginToken() {
        return begin ? OptionalInt.of(BEGIN) : OptionalInt.empty();
    }

    @Override
    public OptionalInt endToken() {
        return OptionalInt.of(END);
    }

    @Override
    public OptionalInt paddingToken() {
        return OptionalInt.of(PAD);
    }
}
