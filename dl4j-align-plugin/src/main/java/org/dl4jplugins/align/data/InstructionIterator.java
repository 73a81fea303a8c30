package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Instruction data for a decoder: prompt and answer in one sequence, only the answer learned
 * (supervised fine-tuning). Arrays as in {@link CausalIterator}.
 *
 * <p>A sequence that is too long loses part of its prompt; the answer and the begin token stay. An
 * answer that does not fit is an error, or the example is left out and named by {@link #summary()}.
 *
 * <pre>{@code
 * MultiDataSetIterator data = new InstructionIterator.Builder(encoder, TextExamples.read(file))
 *         .template(PromptTemplates.alpaca()).maxLength(256).batch(8).seed(1).build();
 * graph.fit(data);
 * }</pre>
 */
public final class InstructionIterator extends CausalIterator {

    private InstructionIterator(
            Builder builder, List<LabeledTokens> rows, EncodingSummary summary) {
        super(builder, builder.encoder, rows, summary);
    }

    /** Settings of an {@link InstructionIterator}. */
    public static final class Builder extends TextIterator.Builder<Builder> {

        private final TextEncoder encoder;
        private final List<TextExample> examples;
        private PromptTemplate template = PromptTemplates.plain();
        private Learned learned = Learned.ANSWERS;
        private Truncation truncation = Truncation.LEFT;
        private Overlong overlong = Overlong.ERROR;
        private int maxLength = 512;
        private boolean packed;

        /**
         * @param encoder the model's tokenizer
         * @param examples what is learned, at least one
         */
        public Builder(TextEncoder encoder, List<TextExample> examples) {
            this.encoder = Objects.requireNonNull(encoder, "encoder");
            this.examples = List.copyOf(examples);
        }

        /** How examples are written down, default {@link PromptTemplates#plain()}. */
        public Builder template(PromptTemplate template) {
            this.template = Objects.requireNonNull(template, "template");
            return this;
        }

        /** What the loss counts, default {@link Learned#ANSWERS}. */
        public Builder learned(Learned learned) {
            this.learned = Objects.requireNonNull(learned, "learned");
            return this;
        }

        /** What a prompt loses that is too long, default {@link Truncation#LEFT}. */
        public Builder truncation(Truncation truncation) {
            this.truncation = Objects.requireNonNull(truncation, "truncation");
            return this;
        }

        /** What becomes of an answer that does not fit, default {@link Overlong#ERROR}. */
        public Builder overlong(Overlong overlong) {
            this.overlong = Objects.requireNonNull(overlong, "overlong");
            return this;
        }

        /**
         * Most time steps of a sequence, 1 or more, default 512; not more than the model's
         * positions.
         */
        public Builder maxLength(int maxLength) {
            require(maxLength >= 1, "maxLength", maxLength, "1 or more");
            this.maxLength = maxLength;
            return this;
        }

        /**
         * Whether several examples share a row where they fit, default false: little padding. What
         * comes later in a row can attend to what comes before, as in the common packing without
         * block masks. No example is split.
         */
        public Builder packed(boolean packed) {
            this.packed = packed;
            return this;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Turns the examples into tokens.
         *
         * @throws IllegalArgumentException if there is no example, an answer does not fit, or no
         *     answer fits
         */
        public InstructionIterator build() {
            requireExamples(examples.size());
            List<LabeledTokens> sequences = new ArrayList<>();
            List<String> skipped = new ArrayList<>();
            int truncated = 0;
            for (int i = 0; i < examples.size(); i++) {
                TextExample example = examples.get(i);
                LabeledTokens whole = LabeledTokens.of(encoder, template.segments(example));
                if (whole.labels() == 0 || whole.size() < 2) {
                    throw new IllegalArgumentException(
                            example.name(i) + ": nothing to learn, the answer has no tokens");
                }
                LabeledTokens cut = whole.cut(maxLength + 1, encoder.beginToken(), truncation);
                if (cut == null) {
                    tooLong(example.name(i), whole.size() - whole.prompt());
                    skipped.add(example.name(i));
                    continue;
                }
                truncated += cut == whole ? 0 : 1;
                sequences.add(learned.of(cut));
            }
            if (sequences.isEmpty()) {
                throw new IllegalArgumentException(
                        "No example fits into maxLength "
                                + maxLength
                                + ": all "
                                + skipped.size()
                                + " were skipped");
            }
            List<LabeledTokens> rows = packed ? Packing.pack(sequences, maxLength + 1) : sequences;
            return new InstructionIterator(
                    this, rows, summarize(sequences.size(), rows, skipped, truncated));
        }

        private void tooLong(String name, int answer) {
            if (overlong == Overlong.ERROR) {
                throw new IllegalArgumentException(
                        name
                                + ": the answer has "
                                + answer
                                + " tokens and does not fit into maxLength "
                                + maxLength
                                + " with a prompt; raise maxLength or choose Overlong.SKIP");
            }
        }
    }
}
