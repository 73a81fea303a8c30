package org.dl4jplugins.multimodal.metric;

import java.util.List;

/** A score of captions against references; more is better. */
public interface CaptionMetric {

    /** As in tables: "BLEU-4". */
    String name();

    /**
     * The score of a corpus.
     *
     * @param captions one for each picture, may be empty texts
     * @param references one or more for each picture, in the same order
     * @return see the class
     * @throws IllegalArgumentException if there is no picture, the lists differ in length, or a
     *     picture has no reference
     */
    double score(List<String> captions, List<List<String>> references);

    /** Checks what {@link #score} is given. */
    static void check(List<String> captions, List<List<String>> references) {
        if (captions.isEmpty() || captions.size() != references.size()) {
            throw new IllegalArgumentException(
                    "captions and references must be as many, at least one each, got "
                            + captions.size()
                            + " and "
                            + references.size());
        }
        for (int i = 0; i < references.size(); i++) {
            if (references.get(i).isEmpty()) {
                throw new IllegalArgumentException(
                        "references[" + i + "] must be one reference or more, got none");
            }
        }
    }
}
