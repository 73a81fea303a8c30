package org.dl4jplugins.multimodal.metric;

import java.util.List;

/**
 * Accuracy of answers (Antol et al., "VQA: Visual Question Answering", ICCV 2015, section 4). With
 * several people's answers, ten in VQA, an answer counts
 *
 * <pre>{@code mean over all ways to leave one person out of min(others who said that / 3, 1)}</pre>
 *
 * <p>as in the published evaluation: 0.3, 0.6, 0.9, 1 for 1, 2, 3, 4 or more of ten. With one right
 * answer it counts 1 if it is that, else 0.
 *
 * <p>Answers are compared after the evaluation's normalization: small letters, no articles, number
 * words up to ten as digits ("none" is 0), punctuation dropped or turned into a blank, apostrophes
 * put back into contractions (the common ones; "dont" is "don't"). The published code leaves that
 * out where all people agree; here it is always done.
 */
public final class VqaAccuracy {
    private double sum;
    private int count;

    /**
     * What an answer counts.
     *
     * @param answer to judge
     * @param people right answers, one or more
     * @return 0 to 1
     */
    public static double score(String answer, List<String> people) {
        if (people.isEmpty()) {
            throw new IllegalArgumentException("people must be one answer or more, got none");
        }
        String normal = VqaAnswers.normalize(answer);
        long same = people.stream().filter(p -> VqaAnswers.normalize(p).equals(normal)).count();
        if (people.size() == 1) {
            return same;
        }
        double withoutSame = Math.min((same - 1) / 3.0, 1);
        double withoutOther = Math.min(same / 3.0, 1);
        return same == 0
                ? 0
                : (same * withoutSame + (people.size() - same) * withoutOther) / people.size();
    }

    /**
     * Whether two answers are the same after normalization.
     *
     * @param answer one
     * @param right the other
     */
    public static boolean same(String answer, String right) {
        return VqaAnswers.normalize(answer).equals(VqaAnswers.normalize(right));
    }

    /**
     * Counts an answer.
     *
     * @param answer to judge
     * @param people right answers, one or more
     * @return what it counts, 0 to 1
     */
    public double add(String answer, List<String> people) {
        double score = score(answer, people);
        sum += score;
        count++;
        return score;
    }

    /**
     * Counts an answer to a question with one right answer.
     *
     * @return what it counts, 0 or 1
     */
    public double add(String answer, String right) {
        return add(answer, List.of(right));
    }

    /** How many answers were counted. */
    public int count() {
        return count;
    }

    /** Mean of what the answers count, 0 to 1; NaN before the first. */
    public double value() {
        return sum / count;
    }
}
