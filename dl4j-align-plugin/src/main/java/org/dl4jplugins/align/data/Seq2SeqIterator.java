package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Questions and answers for an encoder-decoder such as T5. Two inputs, one output:
 *
 * <ul>
 *   <li>features: {@code input_ids} [batch, input time], the question and the end token; {@code
 *       decoder_input_ids} [batch, output time], the answer shifted right behind the decoder's
 *       start token; each with its mask
 *   <li>labels: ids [batch, output time], the answer and the end token, with the mask of the
 *       decoder's input
 * </ul>
 *
 * A question that is too long loses a part, never its end token. An answer that is too long is an
 * error, or the example is left out and named by {@link #summary()}.
 */
public final class Seq2SeqIterator extends TextIterator {

    private record Row(int[] input, int[] output) {}

    private final List<Row> rows;
    private final int start;
    private final int filler;

    private Seq2SeqIterator(Builder builder, List<Row> rows, EncodingSummary summary) {
        super(builder, rows.stream().mapToInt(row -> row.input().length).toArray(), summary);
        this.rows = rows;
        start = builder.decoderStart;
        filler = Padded.filler(builder.encoder);
    }

    @Override
    MultiDataSet load(int[] numbers) {
        List<int[]> inputs = new ArrayList<>();
        List<int[]> decoder = new ArrayList<>();
        List<int[]> labels = new ArrayList<>();
        for (int number : numbers) {
            int[] output = rows.get(number).output();
            int[] shifted = new int[output.length];
            shifted[0] = start;
            System.arraycopy(output, 0, shifted, 1, output.length - 1);
            inputs.add(rows.get(number).input());
            decoder.add(shifted);
            labels.add(output);
        }
        int inputTime = padded(Padded.longest(inputs));
        int outputTime = padded(Padded.longest(labels));
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {
                    Padded.ids(inputs, inputTime, filler, dataType()),
                    Padded.ids(decoder, outputTime, filler, dataType())
                },
                new INDArray[] {Padded.ids(labels, outputTime, filler, dataType())},
                new INDArray[] {
                    Padded.mask(inputs, inputTime, dataType()),
                    Padded.mask(decoder, outputTime, dataType())
                },
                new INDArray[] {Padded.mask(labels, outputTime, dataType())});
    }

    /** Settings of a {@link Seq2SeqIterator}. */
    public static final class Builder extends TextIterator.Builder<Builder> {

        private final TextEncoder encoder;
        private final int decoderStart;
        private final List<TextExample> examples;
        private PromptTemplate template = PromptTemplates.plain();
        private Truncation truncation = Truncation.RIGHT;
        private Overlong overlong = Overlong.ERROR;
        private int maxInputLength = 512;
        private int maxOutputLength = 128;

        /**
         * @param encoder the model's tokenizer
         * @param decoderStart the model's {@code decoder_start_token_id}; T5's is its padding
         *     token, 0
         * @param examples what is learned, at least one
         */
        public Builder(TextEncoder encoder, int decoderStart, List<TextExample> examples) {
            this.encoder = Objects.requireNonNull(encoder, "encoder");
            require(
                    decoderStart >= 0 && decoderStart < encoder.vocabularySize(),
                    "decoderStart",
                    decoderStart,
                    "0 to " + (encoder.vocabularySize() - 1));
            this.decoderStart = decoderStart;
            this.examples = List.copyOf(examples);
        }

        /** How questions are written down, default {@link PromptTemplates#plain()}. */
        public Builder template(PromptTemplate template) {
            this.template = Objects.requireNonNull(template, "template");
            return this;
        }

        /** What a question loses that is too long, default {@link Truncation#RIGHT}. */
        public Builder truncation(Truncation truncation) {
            this.truncation = Objects.requireNonNull(truncation, "truncation");
            return this;
        }

        /** What becomes of an answer that is too long, default {@link Overlong#ERROR}. */
        public Builder overlong(Overlong overlong) {
            this.overlong = Objects.requireNonNull(overlong, "overlong");
            return this;
        }

        /** Most tokens of a question, with its end token; 2 or more, default 512. */
        public Builder maxInputLength(int tokens) {
            require(tokens >= 2, "maxInputLength", tokens, "2 or more");
            maxInputLength = tokens;
            return this;
        }

        /** Most tokens of an answer, with its end token; 2 or more, default 128. */
        public Builder maxOutputLength(int tokens) {
            require(tokens >= 2, "maxOutputLength", tokens, "2 or more");
            maxOutputLength = tokens;
            return this;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Turns the examples into tokens.
         *
         * @throws IllegalArgumentException if there is no example, an answer is too long or has no
         *     tokens, or all answers are too long
         */
        public Seq2SeqIterator build() {
            requireExamples(examples.size());
            List<Row> rows = new ArrayList<>();
            List<String> skipped = new ArrayList<>();
            int truncated = 0;
            for (int i = 0; i < examples.size(); i++) {
                TextExample example = examples.get(i);
                int[] output = ended(encoder.encode(example.output()));
                if (output.length == 0) {
                    throw new IllegalArgumentException(
                            example.name(i) + ": the answer has no tokens");
                }
                if (output.length > maxOutputLength) {
                    tooLong(example.name(i), output.length);
                    skipped.add(example.name(i));
                    continue;
                }
                int[] question = encoder.encode(template.prompt(example));
                int room = maxInputLength - (encoder.endToken().isPresent() ? 1 : 0);
                truncated += question.length > room ? 1 : 0;
                rows.add(new Row(ended(truncation.cut(question, room)), output));
            }
            if (rows.isEmpty()) {
                throw new IllegalArgumentException(
                        "No answer fits into maxOutputLength "
                                + maxOutputLength
                                + ": all "
                                + skipped.size()
                                + " were skipped");
            }
            return new Seq2SeqIterator(this, rows, summarize(rows, skipped, truncated));
        }

        private void tooLong(String name, int tokens) {
            if (overlong == Overlong.ERROR) {
                throw new IllegalArgumentException(
                        name
                                + ": the answer has "
                                + tokens
                                + " tokens and does not fit into maxOutputLength "
                                + maxOutputLength
                                + "; raise it or choose Overlong.SKIP");
            }
        }

        private int[] ended(int[] ids) {
            OptionalInt end = encoder.endToken();
            if (end.isEmpty()) {
                return ids;
            }
            int[] ended = Arrays.copyOf(ids, ids.length + 1);
            ended[ids.length] = end.getAsInt();
            return ended;
        }

        private static EncodingSummary summarize(
                List<Row> rows, List<String> skipped, int truncated) {
            long inputs = 0;
            long outputs = 0;
            int longest = 0;
            for (Row row : rows) {
                inputs += row.input().length;
                outputs += row.output().length;
                longest = Math.max(longest, row.input().length);
            }
            return new EncodingSummary(
                    rows.size(),
                    rows.size(),
                    skipped,
                    truncated,
                    inputs + outputs,
                    outputs,
                    longest);
        }
    }
}
