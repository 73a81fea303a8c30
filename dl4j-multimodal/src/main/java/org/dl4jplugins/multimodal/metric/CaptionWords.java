package org.dl4jplugins.multimodal.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a caption as the metrics count them: small letters; letters and digits make words,
 * with apostrophes and hyphens inside them; all other characters separate words and are dropped. "A
 * man's hat, well-worn!" has the words a, man's, hat, well-worn. (The evaluation code of COCO uses
 * the Penn Treebank tokenizer and drops punctuation; it would split "man's" in two.)
 */
public final class CaptionWords {
    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{N}]+(?:['\u2019-][\\p{L}\\p{N}]+)*");

    private CaptionWords() {}

    /**
     * The words of a text.
     *
     * @param text any
     * @return words in small letters, in order
     */
    public static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT).replace('\u2019', '\''));
        while (word.find()) {
            words.add(word.group());
        }
        return words;
    }

    /** How often each sequence of n words occurs. */
    static Map<List<String>, Integer> ngrams(List<String> words, int n) {
        Map<List<String>, Integer> counts = new HashMap<>();
        for (int i = 0; i + n <= words.size(); i++) {
            counts.merge(List.copyOf(words.subList(i, i + n)), 1, Integer::sum);
        }
        return counts;
    }

    /** Words of every reference of every picture. */
    static List<List<List<String>>> ofAll(List<List<String>> references) {
        return references.stream().map(one -> one.stream().map(CaptionWords::of).toList()).toList();
    }
}
