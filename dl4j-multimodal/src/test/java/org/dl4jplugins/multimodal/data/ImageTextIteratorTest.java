package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.dl4jplugins.align.data.TextEncoder;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class ImageTextIteratorTest {

    /** One token for each letter: a = 3; padding 9, begin 1, end 2. */
    private static final TextEncoder LETTERS =
            new TextEncoder() {
                @Override
                public int[] encode(String text) {
                    return text.chars().map(c -> c - 'a' + 3).toArray();
                }

                @Override
                public int vocabularySize() {
                    return 40;
                }

                @Override
                public OptionalInt beginToken() {
                    return OptionalInt.of(1);
                }

                @Override
                public OptionalInt endToken() {
                    return OptionalInt.of(2);
                }

                @Override
                public OptionalInt paddingToken() {
                    return OptionalInt.of(9);
                }
            };

    private record Letters(String... texts) implements ImageTextSource {
        @Override
        public int size() {
            return texts.length;
        }

        @Override
        public INDArray image(int number) {
            return Nd4j.valueArrayOf(new long[] {1, 3, 2, 2}, number / 10.0);
        }

        @Override
        public String text(int number) {
            return texts[number];
        }
    }

    @Test
    void picturesTokensAndMasks() {
        ImageTextIterator data =
                new ImageTextIterator.Builder(new Letters("ab", "", "c"), LETTERS, 4)
                        .batch(2)
                        .shuffle(false)
                        .build();
        MultiDataSet batch = data.next();
        assertArrayEquals(new long[] {2, 3, 2, 2}, batch.getFeatures(0).shape());
        assertEquals(0.1, batch.getFeatures(0).getDouble(1, 2, 1, 1), 1e-6);
        assertArrayEquals(new int[] {1, 3, 4, 2, 1, 2, 9, 9}, batch.getFeatures(1).data().asInt());
        assertArrayEquals(
                new float[] {1, 1, 1, 1, 1, 1, 0, 0},
                batch.getFeaturesMaskArray(1).data().asFloat());
        assertEquals(List.of("ab", ""), batch.getExampleMetaData());
        assertEquals(1, data.next().getFeatures(0).size(0));
        assertFalse(data.hasNext());
    }

    @Test
    void longTextsAreCutOrRefused() {
        ImageTextIterator.Builder builder =
                new ImageTextIterator.Builder(new Letters("abcd"), LETTERS, 4);
        ImageTextIterator refuse = builder.build();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, refuse::next);
        assertEquals("The text 'abcd' has 4 tokens, the text window holds 2", e.getMessage());
        PrintStream console = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            MultiDataSet cut = builder.longText(LongText.TRUNCATE).build().next();
            assertArrayEquals(new int[] {1, 3, 4, 2}, cut.getFeatures(1).data().asInt());
        } finally {
            System.setErr(console);
        }
        assertTrue(
                log.toString(StandardCharsets.UTF_8)
                        .contains("'abcd' has 4 tokens, the text window holds 2; it is cut off"),
                log.toString(StandardCharsets.UTF_8));
    }

    @Test
    void epochsCanBeRepeated() {
        Letters letters = new Letters("a", "b", "c", "d", "e", "f", "g", "h");
        ImageTextIterator.Builder builder =
                new ImageTextIterator.Builder(letters, LETTERS, 3).batch(3).seed(5);
        ImageTextIterator data = builder.build();
        List<Object> first = texts(data);
        data.reset();
        assertEquals(1, data.epoch());
        List<Object> second = texts(data);
        assertNotEquals(first, second);
        assertEquals(new TreeSet<Object>(List.of(letters.texts)), new TreeSet<>(second));
        ImageTextIterator resumed = builder.build();
        resumed.epoch(1);
        assertEquals(second, texts(resumed));
        resumed = builder.dropLast(true).build();
        assertEquals(6, texts(resumed).size());
    }

    private static List<Object> texts(ImageTextIterator data) {
        List<Object> texts = new ArrayList<>();
        while (data.hasNext()) {
            texts.addAll(data.next().getExampleMetaData());
        }
        return texts;
    }

    @Test
    void scenesWithTheirCaptions() {
        SceneGenerator generator = new SceneGenerator(SceneWorld.full().descriptions(), 1);
        SceneSource source = new SceneSource(generator, new ScenePainter(16, 16), 100, 5);
        assertEquals(generator.caption(103), source.text(3));
        assertEquals(
                new ScenePainter(16, 16).array(List.of(generator.scene(103))), source.image(3));
        assertTrue(source.image(0).maxNumber().doubleValue() <= 1);
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new ImageTextIterator.Builder(source, LETTERS, 4)
                                .batch(6)
                                .dropLast(true)
                                .build());
    }
}
