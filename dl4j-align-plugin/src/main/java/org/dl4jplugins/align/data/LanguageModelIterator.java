package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Plain text for a decoder: every token is learned from those before it. Arrays as in {@link
 * CausalIterator}.
 *
 * <p>Each text gets the tokenizer's begin and end token. The texts are put one after the other and
 * cut into blocks of equal length, so that nothing is lost and nothing is padded but the last
 * block; or each text has blocks of its own, as for a perplexity per sentence. Every token but the
 * very first one (of each text, if they are apart) is predicted exactly once per epoch.
 */
public final class LanguageModelIterator extends CausalIterator {

    private LanguageModelIterator(
            Builder builder, List<LabeledTokens> rows, EncodingSummary summary) {
        super(builder, builder.encoder, rows, summary);
    }

    /** Settings of a {@link LanguageModelIterator}. */
    public static final class Builder extends TextIterator.Builder<Builder> {

        private final TextEncoder encoder;
        private final List<String> texts;
        private int block = 512;
        private boolean joined = true;

        /**
         * @param encoder the model's tokenizer
         * @param texts what is learned, at least one
         */
        public Builder(TextEncoder encoder, List<String> texts) {
            this.encoder = Objects.requireNonNull(encoder, "encoder");
            this.texts = List.copyOf(texts);
        }

        /** Time steps of a block, 1 or more, default 512. */
        public Builder block(int block) {
            require(block >= 1, "block", block, "1 or more");
            this.block = block;
            return this;
        }

        /** Whether blocks go across the ends of texts, default true. */
        public Builder joined(boolean joined) {
            this.joined = joined;
            return this;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Turns the texts into tokens.
         *
         * @throws IllegalArgumentException if there is no text, or together they have fewer than
         *     two tokens
         */
        public LanguageModelIterator build() {
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("texts must hold at least one, got none");
            }
            List<LabeledTokens> rows = new ArrayList<>();
            IntList stream = new IntList();
            for (String text : texts) {
                encoder.beginToken().ifPresent(stream::add);
                stream.add(encoder.encode(text));
                encoder.endToken().ifPresent(stream::add);
                if (!joined) {
                    cut(stream.toArray(), rows);
                    stream = new IntList();
                }
            }
            cut(stream.toArray(), rows);
            if (rows.isEmpty()) {
                throw new IllegalArgumentException(
                        "texts must have at least two tokens, so that one predicts the other");
            }
            return new LanguageModelIterator(
                    this, rows, summarize(texts.size(), rows, List.of(), 0));
        }

        /** Blocks share one token: the last one predicted is the first one seen by the next. */
        private void cut(int[] ids, List<LabeledTokens> rows) {
            for (int from = 0; from < ids.length - 1; from += block) {
                int to = (int) Math.min((long) from + block + 1, ids.length);
                boolean[] learned = new boolean[to - from];
                Arrays.fill(learned, true);
                rows.add(new LabeledTokens(Arrays.copyOfRange(ids, from, to), learned));
            }
        }
    }
}
