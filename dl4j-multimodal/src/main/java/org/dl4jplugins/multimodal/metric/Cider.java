package org.dl4jplugins.multimodal.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * CIDEr and CIDEr-D (Vedantam, Zitnick and Parikh, "CIDEr: Consensus-based Image Description
 * Evaluation", CVPR 2015, equations 1 to 4), mean over the captions, 0 to 10. An n-gram's weight g
 * in a text is its count there times the logarithm of the number of pictures over the number of
 * pictures whose references have it. For a caption c and its references r:
 *
 * <pre>{@code
 * CIDEr_n   = mean over r of          g(c) . g(r) / (|g(c)| |g(r)|)
 * CIDEr-D_n = mean over r of     min(g(c), g(r)) . g(r) / (|g(c)| |g(r)|)
 *                            * exp(-(length of c - length of r)^2 / (2 sigma^2))
 * score     = 10 * mean over n = 1..4
 * }</pre>
 *
 * <p>CIDEr-D with sigma = 6 is what the evaluation code of COCO calls CIDEr, and what papers report
 * (times 100, so that 1.2 is printed as 120). Words that all pictures' references share weigh
 * nothing; with one picture alone every score is 0.
 */
public final class Cider implements CaptionMetric {

    /** Which of the two. */
    public enum Variant {
        /** Cosines as they are. */
        CIDER,
        /** Counts are cut to the reference's, other lengths are punished. */
        CIDER_D
    }

    private static final int LONGEST = 4;
    private static final double SIGMA = 6;

    private final Variant variant;
    private final DocumentFrequencies given;

    /** CIDEr-D; document frequencies are those of the references that are scored against. */
    public Cider() {
        this(Variant.CIDER_D);
    }

    /**
     * @param variant which of the two; document frequencies are those of the references that are
     *     scored against
     */
    public Cider(Variant variant) {
        this(variant, null);
    }

    /**
     * @param variant which of the two
     * @param frequencies of another corpus, such as the training set, for n-grams of up to 4 words
     */
    public Cider(Variant variant, DocumentFrequencies frequencies) {
        if (frequencies != null && frequencies.longest() < LONGEST) {
            throw new IllegalArgumentException(
                    "frequencies must count n-grams of up to 4 words, got up to "
                            + frequencies.longest());
        }
        this.variant = variant;
        given = frequencies;
    }

    @Override
    public String name() {
        return variant == Variant.CIDER_D ? "CIDEr-D" : "CIDEr";
    }

    @Override
    public double score(List<String> captions, List<List<String>> references) {
        return scores(captions, references).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    /**
     * The score of each caption.
     *
     * @param captions as for {@link #score}
     * @param references as for {@link #score}
     * @return 0 to 10, in the captions' order
     */
    public List<Double> scores(List<String> captions, List<List<String>> references) {
        CaptionMetric.check(captions, references);
        DocumentFrequencies frequencies =
                given == null ? DocumentFrequencies.of(references) : given;
        List<Double> scores = new ArrayList<>();
        for (int i = 0; i < captions.size(); i++) {
            List<String> words = CaptionWords.of(captions.get(i));
            double sum = 0;
            for (String reference : references.get(i)) {
                sum += similarity(words, CaptionWords.of(reference), frequencies);
            }
            scores.add(10 * sum / references.get(i).size());
        }
        return scores;
    }

    private double similarity(
            List<String> words, List<String> reference, DocumentFrequencies frequencies) {
        double sum = 0;
        for (int n = 1; n <= LONGEST; n++) {
            sum += cosine(weights(words, n, frequencies), weights(reference, n, frequencies));
        }
        double difference = words.size() - reference.size();
        double penalty =
                variant == Variant.CIDER_D
                        ? Math.exp(-difference * difference / (2 * SIGMA * SIGMA))
                        : 1;
        return sum / LONGEST * penalty;
    }

    private static Map<List<String>, Double> weights(
            List<String> words, int n, DocumentFrequencies frequencies) {
        Map<List<String>, Double> weights = new HashMap<>();
        CaptionWords.ngrams(words, n)
                .forEach((ngram, count) -> weights.put(ngram, count * frequencies.inverse(ngram)));
        return weights;
    }

    private double cosine(Map<List<String>, Double> caption, Map<List<String>, Double> reference) {
        double product = 0;
        for (Map.Entry<List<String>, Double> entry : caption.entrySet()) {
            double other = reference.getOrDefault(entry.getKey(), 0.0);
            double own = entry.getValue();
            product += (variant == Variant.CIDER_D ? Math.min(own, other) : own) * other;
        }
        double norms = norm(caption) * norm(reference);
        return norms == 0 ? 0 : product / norms;
    }

    private static double norm(Map<List<String>, Double> weights) {
        return Math.sqrt(weights.values().stream().mapToDouble(w -> w * w).sum());
    }
}
