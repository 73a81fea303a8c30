package org.dl4jplugins.multimodal.data;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.WordLevelTokenizer;

/**
 * A tokenizer of the words of a small world, as an ordinary {@link HfTokenizer}: a {@link
 * WordLevelTokenizer} that also knows the punctuation of questions and descriptions.
 *
 * <pre>{@code
 * HfTokenizer tokenizer = WordTokenizer.of(SceneWorld.full().vocabulary(), List.of("<Img>", "</Img>"));
 * int[] ids = tokenizer.encode("What color is the circle?");
 * }</pre>
 */
public final class WordTokenizer {
    private static final List<String> PUNCTUATION = List.of("?", ".", ",", ":");

    private WordTokenizer() {}

    /**
     * A tokenizer of these words and of {@code ? . , :}.
     *
     * @param words in small letters; order and repetition do not matter
     * @param special further tokens that texts may spell out, such as {@code <Img>}
     * @return a new tokenizer, to be closed by the caller
     * @throws IllegalArgumentException if a word has capitals, white space or punctuation
     */
    public static HfTokenizer of(Collection<String> words, List<String> special) {
        return of(words, special, true);
    }

    /**
     * A tokenizer of these words and of {@code ? . , :}.
     *
     * @param words in small letters; order and repetition do not matter
     * @param special further tokens that texts may spell out, such as {@code <Img>}
     * @param begins whether texts begin with {@code <s>}, as decoders need it and encoders do not
     * @return a new tokenizer, to be closed by the caller
     * @throws IllegalArgumentException if a word has capitals, white space or punctuation
     */
    public static HfTokenizer of(Collection<String> words, List<String> special, boolean begins) {
        for (String word : words) {
            Ensure.that(
                    word.equals(word.toLowerCase(Locale.ROOT)),
                    "words",
                    "'" + word + "'",
                    "in small letters");
        }
        return new WordLevelTokenizer.Builder()
                .words(words)
                .words(PUNCTUATION)
                .special(special.toArray(String[]::new))
                .begins(begins)
                .build()
                .tokenizer();
    }
}
