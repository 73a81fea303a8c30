package org.dl4jplugins.align.llm;

import java.util.Objects;
import java.util.OptionalInt;
import org.dl4jplugins.align.data.TextEncoder;

/**
 * A checkpoint's tokenizer as the text iterators take it.
 *
 * <p>The begin token is the one that the tokenizer itself puts before a text ({@code <s>}, {@code
 * [CLS]}), none if it puts none. The end token is the one that it puts behind a text ({@code </s>}
 * of T5, {@code [SEP]}), else the model's token for the end of a text.
 *
 * <p>The tokenizer has to stay open as long as the encoder is used.
 */
public final class HfTextEncoder implements TextEncoder {

    private final HfTokenizer tokenizer;
    private final OptionalInt begin;
    private final OptionalInt end;

    /**
     * @param tokenizer must stay open
     */
    public HfTextEncoder(HfTokenizer tokenizer) {
        this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
        SpecialTokens special = tokenizer.special();
        OptionalInt first = OptionalInt.empty();
        OptionalInt last = special.eos().stream().mapToInt(Integer::intValue).findFirst();
        for (int mark : tokenizer.encode("", true)) {
            if (special.eos().contains(mark) || special.sep().equals(OptionalInt.of(mark))) {
                last = OptionalInt.of(mark);
            } else if (first.isEmpty()) {
                first = OptionalInt.of(mark);
            }
        }
        begin = first;
        end = last;
    }

    @Override
    public int[] encode(String text) {
        return tokenizer.encode(text, false);
    }

    @Override
    public int vocabularySize() {
        return tokenizer.vocabularySize();
    }

    @Override
    public OptionalInt beginToken() {
        return begin;
    }

    @Override
    public OptionalInt endToken() {
        return end;
    }

    @Override
    public OptionalInt paddingToken() {
        return tokenizer.special().pad();
    }
}
