package org.dl4jplugins.multimodal.metric;

import java.util.List;

/**
 * ROUGE-L (Lin, "ROUGE: a Package for Automatic Evaluation of Summaries", 2004, section 3), mean
 * over the captions, 0 to 1. With the longest common subsequence LCS of the words of a caption c
 * and a reference r:
 *
 * <pre>{@code
 * P = max over r of LCS(c, r) / |c|    R = max over r of LCS(c, r) / |r|
 * F = (1 + beta^2) P R / (R + beta^2 P)
 * }</pre>
 *
 * <p>As in the evaluation code of COCO, beta is 1.2 and P and R may be of different references.
 */
public final class RougeL implements CaptionMetric {
    private final double beta;

    /** With beta 1.2. */
    public RougeL() {
        this(1.2);
    }

    /**
     * @param beta weight of recall against precision, above 0; 1 for the harmonic mean
     */
    public RougeL(double beta) {
        if (!(beta > 0) || Double.isInfinite(beta)) {
            throw new IllegalArgumentException("beta must be positive, got " + beta);
        }
        this.beta = beta;
    }

    @Override
    public String name() {
        return "ROUGE-L";
    }

    @Override
    public double score(List<String> captions, List<List<String>> references) {
        CaptionMetric.check(captions, references);
        double sum = 0;
        for (int i = 0; i < captions.size(); i++) {
            sum += fMeasure(CaptionWords.of(captions.get(i)), references.get(i));
        }
        return sum / captions.size();
    }

    private double fMeasure(List<String> words, List<String> references) {
        double precision = 0;
        double recall = 0;
        for (String reference : references) {
            List<String> other = CaptionWords.of(reference);
            int common = longestCommonSubsequence(words, other);
            if (common > 0) {
                precision = Math.max(precision, (double) common / words.size());
                recall = Math.max(recall, (double) common / other.size());
            }
        }
        if (precision == 0) {
            return 0;
        }
        double square = beta * beta;
        return (1 + square) * precision * recall / (recall + square * precision);
    }

    private static int longestCommonSubsequence(List<String> a, List<String> b) {
        int[] row = new int[b.size() + 1];
        for (String word : a) {
            int diagonal = 0;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                row[j] = word.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[b.size()];
    }
}
