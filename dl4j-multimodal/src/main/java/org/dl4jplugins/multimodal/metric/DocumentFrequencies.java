package org.dl4jplugins.multimodal.metric;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** In how many pictures' references each n-gram occurs: what {@link Cider} weighs words by. */
public final class DocumentFrequencies {
    private final Map<List<String>, Integer> counts = new HashMap<>();
    private final int documents;
    private final int longest;

    private DocumentFrequencies(int documents, int longest) {
        this.documents = documents;
        this.longest = longest;
    }

    /**
     * Counts n-grams of 1 to 4 words.
     *
     * @param references one or more for each picture
     */
    public static DocumentFrequencies of(List<List<String>> references) {
        return of(references, 4);
    }

    /**
     * Counts n-grams.
     *
     * @param references one or more for each picture
     * @param longest words of the longest n-gram
     */
    public static DocumentFrequencies of(List<List<String>> references, int longest) {
        if (references.isEmpty() || longest < 1) {
            throw new IllegalArgumentException(
                    "references and longest must be 1 or more, got "
                            + references.size()
                            + " and "
                            + longest);
        }
        DocumentFrequencies frequencies = new DocumentFrequencies(references.size(), longest);
        for (List<List<String>> picture : CaptionWords.ofAll(references)) {
            Set<List<String>> seen = new HashSet<>();
            for (List<String> words : picture) {
                for (int n = 1; n <= longest; n++) {
                    seen.addAll(CaptionWords.ngrams(words, n).keySet());
                }
            }
            seen.forEach(ngram -> frequencies.counts.merge(ngram, 1, Integer::sum));
        }
        return frequencies;
    }

    /** Number of pictures. */
    public int documents() {
        return documents;
    }

    /** Words of the longest n-gram that was counted. */
    public int longest() {
        return longest;
    }

    /** Number of pictures with a reference that has the n-gram. */
    public int count(List<String> ngram) {
        return counts.getOrDefault(ngram, 0);
    }

    /** log(pictures / max(1, {@link #count})). */
    double inverse(List<String> ngram) {
        return Math.log((double) documents / Math.max(1, count(ngram)));
    }
}
