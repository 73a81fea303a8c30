package org.dl4jplugins.align.arbiter;

import java.io.Serializable;
import org.dl4jplugins.core.arbiter.Values;

/**
 * One way of finding the important layers and of training them.
 *
 * @param kept fraction of the layers that learn, above 0 and at most 1
 * @param scoreRate Adam's learning rate of the scores, above 0
 * @param scoreSteps of the second stage, at least 1
 */
public record IlaCandidate(double kept, double scoreRate, int scoreSteps) implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public IlaCandidate {
        Values.require(kept > 0 && kept <= 1, "kept", kept, "above 0 and at most 1");
        Values.require(
                scoreRate > 0 && Double.isFinite(scoreRate), "scoreRate", scoreRate, "above 0");
        Values.require(scoreSteps >= 1, "scoreSteps", scoreSteps, "1 or more");
    }
}
