package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

class InstructionIteratorTest {

    private final Words words = new Words();

    private InstructionIterator.Builder ordered(TextExample... examples) {
        return new InstructionIterator.Builder(words, List.of(examples)).shuffle(false);
    }

    /** The tokens of a row where a mask is 1. */
    private String text(INDArray ids, INDArray mask, int row) {
        return words.decode(
                IntStream.range(0, (int) ids.size(1))
                        .filter(t -> mask.getInt(row, t) == 1)
                        .map(t -> ids.getInt(row, t))
                        .toArray());
    }

    private static TextExample example(int words) {
        return TextExample.of("w" + " w".repeat(words - 1), "a" + words);
    }

    @Test
    void labelsAreTheNextTokensOfTheAnswer() {
        MultiDataSet data =
                ordered(TextExample.of("is it so", "yes it is"), TextExample.of("why", "so"))
                        .build()
                        .next();
        INDArray ids = data.getFeatures(0);
        INDArray labels = data.getLabels(0);
        assertArrayEquals(new long[] {2, 7}, ids.shape());
        assertArrayEquals(new long[] {2, 7}, labels.shape());
        assertEquals("<s>is it so yes it is", text(ids, data.getFeaturesMaskArray(0), 0));
        assertEquals(" yes it is</s>", text(labels, data.getLabelsMaskArray(0), 0));
        assertEquals("<s>why so", text(ids, data.getFeaturesMaskArray(0), 1));
        assertEquals(" so</s>", text(labels, data.getLabelsMaskArray(0), 1));
        assertArrayEquals(
                new int[] {0, 1, 1, 0, 0, 0, 0},
                data.getLabelsMaskArray(0).getRow(1).toIntVector());
        assertArrayEquals(
                new int[] {1, 1, 1, 0, 0, 0, 0},
                data.getFeaturesMaskArray(0).getRow(1).toIntVector());
        for (int t = 0; t < 6; t++) {
            assertEquals(ids.getInt(0, t + 1), labels.getInt(0, t));
        }
        assertEquals(DataType.FLOAT, ids.dataType());
    }

    @Test
    void whatIsLearned() {
        TextExample talk =
                TextExample.of(
                        "",
                        List.of(
                                ChatMessage.user("u1"),
                                ChatMessage.assistant("a1"),
                                ChatMessage.user("u2"),
                                ChatMessage.assistant("a2")));
        String[] expected = {" a2</s>", " a1</s> a2</s>", "u1 a1</s>\nu2 a2</s>"};
        for (Learned learned : Learned.values()) {
            InstructionIterator data = ordered(talk).learned(learned).build();
            MultiDataSet batch = data.next();
            assertEquals(
                    expected[learned.ordinal()],
                    text(batch.getLabels(0), batch.getLabelsMaskArray(0), 0));
            assertEquals(
                    batch.getLabelsMaskArray(0).sumNumber().intValue(),
                    data.summary().labeledTokens());
        }
    }

    @Test
    void promptsAreCutAndAnswersKept() {
        TextExample example = TextExample.of("1 2 3 4 5 6", "a b");
        String[] kept = {" 4 5 6", "1 2 3", "1 2 6"};
        for (Truncation truncation : Truncation.values()) {
            InstructionIterator data = ordered(example).maxLength(6).truncation(truncation).build();
            MultiDataSet batch = data.next();
            assertEquals(
                    "<s>" + kept[truncation.ordinal()] + " a b",
                    text(batch.getFeatures(0), batch.getFeaturesMaskArray(0), 0));
            assertEquals(" a b</s>", text(batch.getLabels(0), batch.getLabelsMaskArray(0), 0));
            assertEquals(1, data.summary().truncated());
        }
        assertEquals(0, ordered(example).maxLength(9).build().summary().truncated());
        assertEquals(1, ordered(example).maxLength(8).build().summary().truncated());
    }

    @Test
    void answersThatDoNotFit() {
        TextExample fits = new TextExample("ok", List.of(), "", "q", "a b");
        TextExample not = new TextExample("big", List.of(), "", "q", "a b c");
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ordered(fits, not).maxLength(3).build())
                        .getMessage();
        assertTrue(message.startsWith("example 2 (big): the answer has 4 tokens"), message);
        InstructionIterator data = ordered(fits, not).maxLength(3).overlong(Overlong.SKIP).build();
        assertEquals(List.of("example 2 (big)"), data.summary().skipped());
        assertEquals(1, data.summary().examples());
        assertTrue(data.summary().toString().contains("1 skipped: example 2 (big)"));
        assertThrows(
                IllegalArgumentException.class,
                () -> ordered(not).maxLength(3).overlong(Overlong.SKIP).build());
    }

    @Test
    void epochsAreRepeatable() {
        List<TextExample> examples = IntStream.range(1, 24).mapToObj(i -> example(i)).toList();
        for (boolean group : new boolean[] {false, true}) {
            InstructionIterator.Builder builder =
                    new InstructionIterator.Builder(words, examples)
                            .batch(4)
                            .seed(3)
                            .groupByLength(group);
            InstructionIterator data = builder.build();
            List<String> first = rows(data);
            data.reset();
            assertEquals(1, data.epoch());
            List<String> second = rows(data);
            assertNotEquals(first, second);
            assertEquals(23, new HashSet<>(first).size());
            assertEquals(new HashSet<>(first), new HashSet<>(second));
            data.epoch(0);
            assertEquals(first, rows(data));
            assertEquals(first, rows(builder.build()));
            assertNotEquals(first, rows(builder.seed(4).build()));
            builder.seed(3);
        }
    }

    private List<String> rows(InstructionIterator data) {
        List<String> rows = new ArrayList<>();
        int batches = 0;
        while (data.hasNext()) {
            MultiDataSet batch = data.next();
            batches++;
            for (int row = 0; row < batch.getFeatures(0).size(0); row++) {
                rows.add(text(batch.getFeatures(0), batch.getFeaturesMaskArray(0), row));
            }
        }
        assertEquals(data.batches(), batches);
        assertThrows(NoSuchElementException.class, data::next);
        return rows;
    }

    @Test
    void groupsAndMultiples() {
        List<TextExample> examples = IntStream.range(1, 24).mapToObj(i -> example(i)).toList();
        InstructionIterator data =
                new InstructionIterator.Builder(words, examples)
                        .batch(4)
                        .seed(3)
                        .groupByLength(true)
                        .dropLast(true)
                        .padToMultipleOf(8)
                        .build();
        assertEquals(5, data.batches());
        for (int i = 0; i < 5; i++) {
            MultiDataSet batch = data.next();
            double[] lengths = batch.getFeaturesMaskArray(0).sum(1).toDoubleVector();
            Arrays.sort(lengths);
            assertEquals(3, lengths[3] - lengths[0], "four neighboring lengths");
            assertEquals(0, batch.getFeatures(0).size(1) % 8);
        }
        assertFalse(data.hasNext());
    }

    @Test
    void packedRowsHoldEveryExampleOnce() {
        List<TextExample> examples = IntStream.range(1, 30).mapToObj(i -> example(i)).toList();
        InstructionIterator data =
                new InstructionIterator.Builder(words, examples)
                        .maxLength(40)
                        .packed(true)
                        .padToMultipleOf(40)
                        .learned(Learned.ALL)
                        .build();
        InstructionIterator alone =
                new InstructionIterator.Builder(words, examples)
                        .maxLength(40)
                        .learned(Learned.ALL)
                        .build();
        assertEquals(29, data.summary().examples());
        assertEquals(alone.summary().tokens(), data.summary().tokens());
        assertEquals(alone.summary().labeledTokens(), data.summary().labeledTokens());
        assertTrue(data.summary().rows() <= 14, data.summary().toString());
        Set<String> seen = new HashSet<>();
        int sequences = 0;
        while (data.hasNext()) {
            MultiDataSet batch = data.next();
            assertEquals(40, batch.getFeatures(0).size(1));
            for (int row = 0; row < batch.getFeatures(0).size(0); row++) {
                String all = text(batch.getFeatures(0), batch.getFeaturesMaskArray(0), row);
                for (String one : all.substring(3).split("<s>")) {
                    seen.add(one.replace("</s>", ""));
                    sequences++;
                }
                String learned = text(batch.getLabels(0), batch.getLabelsMaskArray(0), row);
                assertFalse(learned.contains("<s>"), learned);
            }
        }
        assertEquals(29, sequences);
        assertEquals(29, seen.size());
    }

    @Test
    void badSettings() {
        TextExample one = TextExample.of("q", "a");
        String empty =
                assertThrows(IllegalArgumentException.class, () -> ordered().build()).getMessage();
        assertEquals("examples must hold at least one, got none", empty);
        assertThrows(IllegalArgumentException.class, () -> ordered(one).batch(0));
        assertThrows(IllegalArgumentException.class, () -> ordered(one).maxLength(0));
        assertThrows(IllegalArgumentException.class, () -> ordered(one).padToMultipleOf(0));
        assertThrows(
                IllegalArgumentException.class, () -> ordered(one).dataType(DataType.BFLOAT16));
        assertThrows(IllegalArgumentException.class, () -> ordered(one).dropLast(true).build());
        assertThrows(IllegalArgumentException.class, () -> ordered(one).build().epoch(-1));
    }
}
