package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Texts and their classes for an encoder such as BERT with an ordinary output layer. The output of
 * an example is the name of its class.
 *
 * <ul>
 *   <li>features: {@code input_ids} [batch, time], begin token, text, end token; and, unless turned
 *       off, {@code token_type_ids} [batch, time], 0 for the first text and 1 for the second; each
 *       with the mask [batch, time] of the tokens
 *   <li>labels: [batch, classes] one-hot, in the order of {@link #labels()}
 * </ul>
 *
 * A pair of texts is begin token, first, end token, second, end token; where it is too long, tokens
 * of the longer one go first.
 */
public final class TextClassificationIterator extends TextIterator {

    private record Row(int[] ids, int[] types, int label) {}

    private final List<Row> rows;
    private final List<String> labels;
    private final boolean tokenTypes;
    private final int filler;

    private TextClassificationIterator(
            Builder builder, List<Row> rows, List<String> labels, int truncated) {
        super(
                builder,
                rows.stream().mapToInt(row -> row.ids().length).toArray(),
                Builder.summarize(rows, truncated));
        this.rows = rows;
        this.labels = labels;
        tokenTypes = builder.tokenTypes;
        filler = Padded.filler(builder.encoder);
    }

    /** Names of the classes, in the order of the output's columns. */
    public List<String> labels() {
        return labels;
    }

    @Override
    MultiDataSet load(int[] numbers) {
        List<int[]> ids = new ArrayList<>();
        List<int[]> types = new ArrayList<>();
        float[] classes = new float[numbers.length * labels.size()];
        for (int i = 0; i < numbers.length; i++) {
            Row row = rows.get(numbers[i]);
            ids.add(row.ids());
            types.add(row.types());
            classes[i * labels.size() + row.label()] = 1;
        }
        int time = padded(Padded.longest(ids));
        int inputs = tokenTypes ? 2 : 1;
        INDArray[] features = new INDArray[inputs];
        INDArray[] masks = new INDArray[inputs];
        features[0] = Padded.ids(ids, time, filler, dataType());
        masks[0] = Padded.mask(ids, time, dataType());
        if (tokenTypes) {
            features[1] = Padded.ids(types, time, 0, dataType());
            masks[1] = masks[0].dup();
        }
        INDArray oneHot =
                Nd4j.create(classes, new long[] {numbers.length, labels.size()}, 'c')
                        .castTo(dataType());
        return new org.nd4j.linalg.dataset.MultiDataSet(
                features, new INDArray[] {oneHot}, masks, null);
    }

    /** Settings of a {@link TextClassificationIterator}. */
    public static final class Builder extends TextIterator.Builder<Builder> {

        private final TextEncoder encoder;
        private final List<TextExample> examples;
        private List<String> labels = List.of();
        private Function<TextExample, String> first = PromptTemplates.plain()::prompt;
        private Function<TextExample, String> second = example -> null;
        private Truncation truncation = Truncation.RIGHT;
        private int maxLength = 512;
        private boolean tokenTypes = true;

        /**
         * @param encoder the model's tokenizer
         * @param examples texts whose outputs name their classes, at least one
         */
        public Builder(TextEncoder encoder, List<TextExample> examples) {
            this.encoder = Objects.requireNonNull(encoder, "encoder");
            this.examples = List.copyOf(examples);
        }

        /**
         * Names of the classes in the order of the output's columns; by default the different
         * outputs of the examples, sorted. Give a test set those of the training set.
         */
        public Builder labels(List<String> labels) {
            require(
                    labels.stream().distinct().count() == labels.size(),
                    "labels",
                    labels,
                    "different from each other");
            this.labels = List.copyOf(labels);
            return this;
        }

        /** The text of an example, default its instruction and input. */
        public Builder text(Function<TextExample, String> text) {
            first = Objects.requireNonNull(text, "text");
            return this;
        }

        /** Both texts of an example, such as {@code instruction} and {@code input}. */
        public Builder pair(
                Function<TextExample, String> first, Function<TextExample, String> second) {
            this.first = Objects.requireNonNull(first, "first");
            this.second = Objects.requireNonNull(second, "second");
            return this;
        }

        /** What a text loses that is too long, default {@link Truncation#RIGHT}. */
        public Builder truncation(Truncation truncation) {
            this.truncation = Objects.requireNonNull(truncation, "truncation");
            return this;
        }

        /** Most tokens of a row, with begin and end tokens; 4 or more, default 512. */
        public Builder maxLength(int maxLength) {
            require(maxLength >= 4, "maxLength", maxLength, "4 or more");
            this.maxLength = maxLength;
            return this;
        }

        /** Whether the graph has an input {@code token_type_ids}, default true. */
        public Builder tokenTypes(boolean tokenTypes) {
            this.tokenTypes = tokenTypes;
            return this;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Turns the examples into tokens.
         *
         * @throws IllegalArgumentException if there is no example, fewer than two classes, or an
         *     example of a class that {@link #labels(List)} does not name
         */
        public TextClassificationIterator build() {
            requireExamples(examples.size());
            List<String> names =
                    labels.isEmpty()
                            ? examples.stream()
                                    .map(TextExample::output)
                                    .distinct()
                                    .sorted()
                                    .toList()
                            : labels;
            require(names.size() >= 2, "labels", names, "two classes or more");
            List<Row> rows = new ArrayList<>();
            int truncated = 0;
            for (int i = 0; i < examples.size(); i++) {
                TextExample example = examples.get(i);
                int label = names.indexOf(example.output());
                if (label < 0) {
                    throw new IllegalArgumentException(
                            example.name(i)
                                    + ": the output must be one of "
                                    + names
                                    + ", got '"
                                    + example.output()
                                    + "'");
                }
                String other = second.apply(example);
                int[] a = encoder.encode(first.apply(example));
                int[] b = other == null ? null : encoder.encode(other);
                int room = maxLength - marks(b != null);
                int length = b == null ? 0 : b.length;
                truncated += a.length + length > room ? 1 : 0;
                rows.add(row(a, b, room, label));
            }
            return new TextClassificationIterator(this, rows, List.copyOf(names), truncated);
        }

        /** Tokens that are not of a text. */
        private int marks(boolean pair) {
            int ends = encoder.endToken().isPresent() ? 1 : 0;
            return (encoder.beginToken().isPresent() ? 1 : 0) + (pair ? 2 * ends : ends);
        }

        private Row row(int[] a, int[] b, int room, int label) {
            int firstRoom = room;
            if (b != null) {
                firstRoom = Math.max(room - b.length, Math.min(a.length, (room + 1) / 2));
            }
            int[] keptA = truncation.cut(a, firstRoom);
            IntList ids = new IntList();
            encoder.beginToken().ifPresent(ids::add);
            ids.add(keptA);
            encoder.endToken().ifPresent(ids::add);
            int boundary = ids.size();
            if (b != null) {
                ids.add(truncation.cut(b, room - keptA.length));
                encoder.endToken().ifPresent(ids::add);
            }
            int[] types = new int[ids.size()];
            Arrays.fill(types, boundary, types.length, 1);
            return new Row(ids.toArray(), types, label);
        }

        private static EncodingSummary summarize(List<Row> rows, int truncated) {
            long tokens = rows.stream().mapToLong(row -> row.ids().length).sum();
            int longest = rows.stream().mapToInt(row -> row.ids().length).max().orElse(0);
            return new EncodingSummary(
                    rows.size(), rows.size(), List.of(), truncated, tokens, 0, longest);
        }
    }
}
