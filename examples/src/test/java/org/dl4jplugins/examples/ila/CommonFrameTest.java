package org.dl4jplugins.examples.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.dl4jplugins.align.data.TextExample;
import org.junit.jupiter.api.Test;

class CommonFrameTest {

    private static String strip(CommonFrame frame, String text) {
        return frame.strip(TextExample.of(text, "x"));
    }

    @Test
    void linesOfAllTextsGo() {
        CommonFrame frame =
                new CommonFrame(
                        List.of(
                                "Which? A, B.\nTitle: one\nText: first\n\nAnswer:",
                                "Which? A, B.\nTitle: other\nText: worst\n\nAnswer:"));
        assertEquals(
                "Title: new\nText: third",
                strip(frame, "Which? A, B.\nTitle: new\nText: third\n\nAnswer:"));
        assertEquals("no frame", strip(frame, "no frame"));
        assertEquals("Which? A, B.\nAnswer:", strip(frame, "Which? A, B.\nAnswer:"));
    }

    @Test
    void wordsThatTextsShareStay() {
        CommonFrame frame = new CommonFrame(List.of("Where is my bag?", "Where is my hat?"));
        assertEquals("Where is my cat?", strip(frame, "Where is my cat?"));
        CommonFrame single = new CommonFrame(List.of("a\nb\nc", "a\nb\nc"));
        assertEquals("a\nb\nc", strip(single, "a\nb\nc"));
    }
}
