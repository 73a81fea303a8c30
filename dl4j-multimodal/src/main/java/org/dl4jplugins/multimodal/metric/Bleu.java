package org.dl4jplugins.multimodal.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * BLEU of a corpus (Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine
 * Translation", ACL 2002), 0 to 1:
 *
 * <pre>{@code BLEU-N = BP exp(sum over n = 1..N of (1/N) log p_n)}</pre>
 *
 * <p>p_n is the number of n-grams of all captions that occur in their references (each at most as
 * often as in the reference that has it most often), divided by the number of all n-grams of the
 * captions. With c words in all captions and r in all references of closest length (the shorter of
 * two equally close), the brevity penalty BP is 1 if c &gt; r, else exp(1 - r/c).
 */
public final class Bleu implements CaptionMetric {

    /** What is done about n-grams of which none is right. */
    public enum Smoothing {
        /** Nothing: the score is 0. */
        NONE,
        /**
         * 1 is added to right and all n-grams for n &gt; 1 (Lin and Och, "ORANGE: a Method for
         * Evaluating Automatic Evaluation Metrics", COLING 2004, section 4).
         */
        ADD_ONE
    }

    private final int longest;
    private final Smoothing smoothing;

    /** BLEU-4 without smoothing. */
    public Bleu() {
        this(4, Smoothing.NONE);
    }

    /**
     * @param longest words of the longest n-gram, 1 or more
     * @param smoothing what is done about n-grams of which none is right
     */
    public Bleu(int longest, Smoothing smoothing) {
        if (longest < 1) {
            throw new IllegalArgumentException("longest must be 1 or more, got " + longest);
        }
        this.longest = longest;
        this.smoothing = smoothing;
    }

    @Override
    public String name() {
        return "BLEU-" + longest;
    }

    @Override
    public double score(List<String> captions, List<List<String>> references) {
        return scores(captions, references)[longest - 1];
    }

    /**
     * BLEU-1, BLEU-2 and so on.
     *
     * @param captions as for {@link #score}
     * @param references as for {@link #score}
     * @return [N], the score for n-grams of 1 to n + 1 words at place n
     */
    public double[] scores(List<String> captions, List<List<String>> references) {
        CaptionMetric.check(captions, references);
        double[] right = new double[longest];
        double[] all = new double[longest];
        long length = 0;
        long wanted = 0;
        for (int i = 0; i < captions.size(); i++) {
            List<String> words = CaptionWords.of(captions.get(i));
            List<List<String>> others = references.get(i).stream().map(CaptionWords::of).toList();
            length += words.size();
            wanted += closest(words.size(), others);
            for (int n = 1; n <= longest; n++) {
                right[n - 1] += clipped(words, others, n);
                all[n - 1] += Math.max(0, words.size() - n + 1);
            }
        }
        double penalty = length > wanted ? 1 : Math.exp(1 - (double) wanted / length);
        double[] scores = new double[longest];
        double logs = 0;
        for (int n = 1; n <= longest; n++) {
            int added = smoothing == Smoothing.ADD_ONE && n > 1 ? 1 : 0;
            logs += Math.log((right[n - 1] + added) / (all[n - 1] + added));
            scores[n - 1] = right[0] == 0 || Double.isNaN(logs) ? 0 : penalty * Math.exp(logs / n);
        }
        return scores;
    }

    private static int closest(int length, List<List<String>> references) {
        int closest = references.get(0).size();
        for (List<String> reference : references) {
            int size = reference.size();
            int gain = Math.abs(closest - length) - Math.abs(size - length);
            if (gain > 0 || gain == 0 && size < closest) {
                closest = size;
            }
        }
        return closest;
    }

    private static int clipped(List<String> words, List<List<String>> references, int n) {
        Map<List<String>, Integer> most = new HashMap<>();
        for (List<String> reference : references) {
            CaptionWords.ngrams(reference, n)
                    .forEach((ngram, count) -> most.merge(ngram, count, Math::max));
        }
        return CaptionWords.ngrams(words, n).entrySet().stream()
                .mapToInt(e -> Math.min(e.getValue(), most.getOrDefault(e.getKey(), 0)))
                .sum();
    }
}
