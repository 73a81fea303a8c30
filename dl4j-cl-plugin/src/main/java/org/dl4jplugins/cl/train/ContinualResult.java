package org.dl4jplugins.cl.train;

import java.util.List;
import org.dl4jplugins.cl.metric.AccuracyMatrix;

/**
 * What came of a training.
 *
 * @param method which method it was, with its settings
 * @param matrix scores over time, in percent
 * @param steps [task] gradient steps that each task took, those on memory included
 */
public record ContinualResult(String method, AccuracyMatrix matrix, List<Long> steps) {

    /** Copies the list. */
    public ContinualResult {
        steps = List.copyOf(steps);
    }
}
