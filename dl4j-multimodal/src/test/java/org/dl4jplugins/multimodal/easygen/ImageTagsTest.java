package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.multimodal.data.WordTokenizer;
import org.junit.jupiter.api.Test;

class ImageTagsTest {
    private final ImageTags tags = new ImageTags(ImageMarks.standard());

    @Test
    void whatIsWrittenIsReadAgain() {
        String written = tags.format("Sure.", List.of("a red circle", "a square"));
        assertEquals("Sure. <Img>a red circle</Img> <Img>a square</Img>", written);
        TaggedText parsed = tags.parse(written);
        assertEquals("Sure.", parsed.text());
        assertEquals(List.of("a red circle", "a square"), parsed.descriptions());
        assertEquals(written, tags.format(parsed));
        assertEquals("<Img>a square</Img>", tags.format("", List.of("a square")));
        assertEquals("Hello", tags.format("Hello", List.of()));
    }

    @Test
    void brokenTagsAreReadAsFarAsTheyGo() {
        assertEquals(List.of("a dog"), tags.parse("Look: <Img> a dog").descriptions());
        assertEquals("Look:", tags.parse("Look: <Img> a dog").text());
        assertEquals(List.of("a", "b"), tags.parse("<Img>a<Img>b</Img> c").descriptions());
        assertEquals("a b", tags.parse("a</Img> b <Img> </Img>").text());
        assertEquals(List.of(), tags.parse("a</Img> b <Img> </Img>").descriptions());
        assertEquals(List.of(), tags.parse("").parts());
    }

    @Test
    void tagsThatAreSpecialTokensAreFoundInGenerations() {
        try (HfTokenizer tokenizer = Tiny.tokenizer()) {
            tags.requireIn(tokenizer);
            int[] ids = tokenizer.encode("it is <Img> a red circle </Img>");
            int[] ended =
                    IntStream.concat(
                                    IntStream.of(ids),
                                    IntStream.of(tokenizer.special().eos().get(0)))
                            .toArray();
            Generation generation = new Generation(ended, "not read", Generation.Finish.STOP, 0);
            TaggedText parsed = tags.parse(generation, tokenizer);
            assertEquals("it is", parsed.text());
            assertEquals(List.of("a red circle"), parsed.descriptions());
        }
    }

    @Test
    void aLanguageModelWithoutTagsIsRefused() {
        try (HfTokenizer without = WordTokenizer.of(List.of("red"), List.of("<image>"))) {
            assertEquals(
                    "language model must be one with the image tags <Img> and </Img> (special"
                            + " tokens of the tokenizer), got one without '<Img>' in its"
                            + " vocabulary",
                    refused(() -> tags.requireIn(without)));
        }
        assertEquals(
                "text must be without <Img>, got 'a <Img> b'",
                refused(() -> tags.format("a <Img> b", List.of())));
        assertEquals(
                "description must be a text, got ' '",
                refused(() -> tags.format("a", List.of(" "))));
        assertEquals(
                "close must be a tag, other than '#', got '#'",
                refused(() -> new ImageTags(new ImageMarks("#", "#", "<image>"))));
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
