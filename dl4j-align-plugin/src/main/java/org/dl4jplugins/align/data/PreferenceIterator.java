package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Pairs of answers for preference tuning of a decoder (DPO). A batch of n pairs has 2n rows: row i
 * is a chosen answer, row n + i the rejected one to the same prompt. Arrays as in {@link
 * CausalIterator}; only the last answer is marked as learned, so that the sum of its log
 * probabilities is a sum under the label mask.
 *
 * <p>Both sequences of a pair have the same prompt: where the longer answer needs room, both lose
 * the same part of it.
 */
public final class PreferenceIterator extends TextIterator {

    private record Pair(LabeledTokens chosen, LabeledTokens rejected) {

        int longest() {
            return Math.max(chosen.size(), rejected.size());
        }
    }

    private final List<Pair> pairs;
    private final int filler;

    private PreferenceIterator(Builder builder, List<Pair> pairs, EncodingSummary summary) {
        super(builder, pairs.stream().mapToInt(Pair::longest).toArray(), summary);
        this.pairs = pairs;
        filler = Padded.filler(builder.encoder);
    }

    @Override
    MultiDataSet load(int[] numbers) {
        List<LabeledTokens> rows = new ArrayList<>();
        for (int number : numbers) {
            rows.add(pairs.get(number).chosen());
        }
        for (int number : numbers) {
            rows.add(pairs.get(number).rejected());
        }
        return CausalIterator.batch(rows, this, filler);
    }

    /** Settings of a {@link PreferenceIterator}; a batch is counted in pairs. */
    public static final class Builder extends TextIterator.Builder<Builder> {

        private final TextEncoder encoder;
        private final List<PreferenceExample> examples;
        private PromptTemplate template = PromptTemplates.plain();
        private Truncation truncation = Truncation.LEFT;
        private Overlong overlong = Overlong.ERROR;
        private int maxLength = 512;

        /**
         * @param encoder the model's tokenizer
         * @param examples what is preferred, at least one
         */
        public Builder(TextEncoder encoder, List<PreferenceExample> examples) {
            this.encoder = Objects.requireNonNull(encoder, "encoder");
            this.examples = List.copyOf(examples);
        }

        /** How examples are written down, default {@link PromptTemplates#plain()}. */
        public Builder template(PromptTemplate template) {
            this.template = Objects.requireNonNull(template, "template");
            return this;
        }

        /** What a prompt loses that is too long, default {@link Truncation#LEFT}. */
        public Builder truncation(Truncation truncation) {
            this.truncation = Objects.requireNonNull(truncation, "truncation");
            return this;
        }

        /** What becomes of a pair whose longer answer does not fit, default an error. */
        public Builder overlong(Overlong overlong) {
            this.overlong = Objects.requireNonNull(overlong, "overlong");
            return this;
        }

        /** Most time steps of a sequence, 1 or more, default 512. */
        public Builder maxLength(int maxLength) {
            require(maxLength >= 1, "maxLength", maxLength, "1 or more");
            this.maxLength = maxLength;
            return this;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Turns the examples into tokens.
         *
         * @throws IllegalArgumentException if there is no example, an answer does not fit, or none
         *     fits
         */
        public PreferenceIterator build() {
            requireExamples(examples.size());
            List<Pair> pairs = new ArrayList<>();
            List<String> skipped = new ArrayList<>();
            int truncated = 0;
            for (int i = 0; i < examples.size(); i++) {
                PreferenceExample example = examples.get(i);
                Pair whole = new Pair(encode(example.chosen()), encode(example.worse()));
                Pair cut = cut(whole);
                if (cut == null) {
                    String name = example.chosen().name(i);
                    require(
                            overlong == Overlong.SKIP,
                            "maxLength",
                            maxLength,
                            "large enough for the longer answer of " + name + " and a prompt");
                    skipped.add(name);
                    continue;
                }
                truncated += cut.longest() < whole.longest() ? 1 : 0;
                pairs.add(cut);
            }
            require(!pairs.isEmpty(), "maxLength", maxLength, "large enough for one example");
            return new PreferenceIterator(this, pairs, summarize(pairs, skipped, truncated));
        }

        private LabeledTokens encode(TextExample example) {
            return LabeledTokens.of(encoder, template.segments(example)).onlyLast();
        }

        private Pair cut(Pair pair) {
            OptionalInt begin = encoder.beginToken();
            int surplus = Math.max(0, pair.longest() - maxLength - 1);
            LabeledTokens chosen =
                    pair.chosen().cut(pair.chosen().size() - surplus, begin, truncation);
            LabeledTokens rejected =
                    pair.rejected().cut(pair.rejected().size() - surplus, begin, truncation);
            return chosen == null || rejected == null ? null : new Pair(chosen, rejected);
        }

        private static EncodingSummary summarize(
                List<Pair> pairs, List<String> skipped, int truncated) {
            List<LabeledTokens> rows = new ArrayList<>();
            for (Pair pair : pairs) {
                rows.add(pair.chosen());
                rows.add(pair.rejected());
            }
            return CausalIterator.summarize(pairs.size(), rows, skipped, truncated);
        }
    }
}
