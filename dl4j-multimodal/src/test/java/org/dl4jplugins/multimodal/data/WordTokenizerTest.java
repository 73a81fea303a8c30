package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.dl4jplugins.align.llm.HfTextEncoder;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.junit.jupiter.api.Test;

class WordTokenizerTest {

    @Test
    void wordsPunctuationAndSpecialTokens() {
        try (HfTokenizer tokenizer =
                WordTokenizer.of(List.of("red", "a", "circle"), List.of("<Img>"))) {
            // <pad> <s> </s> <unk> <Img> , . : ? a circle red
            assertEquals(12, tokenizer.vocabularySize());
            assertArrayEquals(
                    new int[] {1, 4, 9, 11, 10, 8}, tokenizer.encode("<Img>A red  circle?"));
            assertArrayEquals(new int[] {3, 10}, tokenizer.encode("blue circle", false));
            assertEquals("a red circle", tokenizer.decode(new int[] {1, 9, 11, 10, 2, 0}));
            HfTextEncoder encoder = new HfTextEncoder(tokenizer);
            assertEquals(OptionalInt.of(0), encoder.paddingToken());
            assertEquals(OptionalInt.of(1), encoder.beginToken());
            assertEquals(OptionalInt.of(2), encoder.endToken());
        }
    }

    @Test
    void theWholeWorldIsKnown() {
        SceneWorld world = SceneWorld.full();
        try (HfTokenizer tokenizer = WordTokenizer.of(world.vocabulary(), List.of())) {
            for (SceneDescription description : world.descriptions()) {
                for (String caption : SceneCaptions.captions(description)) {
                    assertEquals(caption, tokenizer.decode(tokenizer.encode(caption)));
                }
            }
            for (SceneQuestion question : new SceneQuestions(world.descriptions()).texts()) {
                for (int id :
                        tokenizer.encode(question.question() + " " + question.answer(), false)) {
                    assertTrue(id > 3, question.question());
                }
            }
        }
    }

    @Test
    void wordsMustBeInSmallLetters() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> WordTokenizer.of(List.of("Red"), List.of()));
        assertEquals("words must be in small letters, got 'Red'", e.getMessage());
    }
}
