package org.dl4jplugins.multimodal.easygen;

import java.util.Objects;
import org.dl4jplugins.align.llm.HfTokenizer;

/**
 * How a language model's text speaks of images: {@code <Img>...</Img>}, with one placeholder in
 * between for each token of an image that is given.
 *
 * @param open stands before an image
 * @param close stands behind it
 * @param placeholder one token of the vocabulary; image tokens take its places
 */
public record ImageMarks(String open, String close, String placeholder) {

    /**
     * Checks the marks.
     *
     * @throws IllegalArgumentException if the placeholder is blank
     */
    public ImageMarks {
        Objects.requireNonNull(open, "open");
        Objects.requireNonNull(close, "close");
        Require.that(!placeholder.isBlank(), "placeholder", "'" + placeholder + "'", "a token");
    }

    /**
     * Those of EasyGen and LLaVA.
     *
     * @return {@code <Img>}, {@code </Img>} and {@code <image>}
     */
    public static ImageMarks standard() {
        return new ImageMarks("<Img>", "</Img>", "<image>");
    }

    /** What stands for an image of this many tokens. */
    String image(int tokens) {
        return open + placeholder.repeat(tokens) + close;
    }

    /**
     * The placeholder's id.
     *
     * @throws IllegalArgumentException if it is not exactly one token
     */
    int placeholderId(HfTokenizer tokenizer) {
        int[] ids = tokenizer.encode(placeholder, false);
        Require.that(
                ids.length == 1
                        && tokenizer.id(placeholder).isPresent()
                        && tokenizer.id(placeholder).getAsInt() == ids[0],
                "placeholder",
                "'" + placeholder + "'",
                "one token of the tokenizer's vocabulary; add it as a special token, or name"
                        + " another that texts do not use");
        return ids[0];
    }
}
