package org.dl4jplugins.cl.arbiter;

import java.io.Serializable;
import java.util.Objects;
import org.dl4jplugins.cl.importance.Sensitivity;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.kif.RecurrentKif;
import org.dl4jplugins.core.arbiter.Values;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Settings of Recurrent-KIF to try.
 *
 * @param innerSteps Q, steps on the new task per cycle
 * @param outerSteps M, steps on memory per cycle
 * @param quantile share of elements that do not matter to a side, in [0, 1)
 * @param innerSmoothing of importances for the new task, in [0, 1); the paper's alpha_1
 * @param outerSmoothing of importances for the memory, in [0, 1); the paper's alpha_2
 * @param deviationSmoothing of their uncertainty, in [0, 1); 0 for importance without it, as in the
 *     paper
 * @param fusion how both updates become one
 * @param memory fraction of each task that is kept, above 0 and at most 1
 * @param learningRate of the graph's own updater, for who makes the graph
 * @param outerRate learning rate of Adam on memory
 */
public record KifCandidate(
        int innerSteps,
        int outerSteps,
        double quantile,
        double innerSmoothing,
        double outerSmoothing,
        double deviationSmoothing,
        FusionKind fusion,
        double memory,
        double learningRate,
        double outerRate)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public KifCandidate {
        Values.require(innerSteps >= 1, "innerSteps", innerSteps, "1 or more");
        Values.require(outerSteps >= 1, "outerSteps", outerSteps, "1 or more");
        share("quantile", quantile);
        share("innerSmoothing", innerSmoothing);
        share("outerSmoothing", outerSmoothing);
        share("deviationSmoothing", deviationSmoothing);
        Objects.requireNonNull(fusion, "fusion");
        Values.require(memory > 0 && memory <= 1, "memory", memory, "above 0 and at most 1");
        rate("learningRate", learningRate);
        rate("outerRate", outerRate);
    }

    private static void share(String name, double value) {
        Values.require(value >= 0 && value < 1, name, value, "at least 0 and below 1");
    }

    private static void rate(String name, double value) {
        Values.require(value > 0 && Double.isFinite(value), name, value, "above 0");
    }

    /** Adds these values to what else is set. */
    RecurrentKif apply(RecurrentKif.Builder given) {
        return given.innerSteps(innerSteps)
                .outerSteps(outerSteps)
                .innerSmoothing(smoothing(innerSmoothing))
                .outerSmoothing(smoothing(outerSmoothing))
                .outerUpdater(new Adam(outerRate))
                .fusion(fusion.create(quantile))
                .build();
    }

    private Smoothing smoothing(double factor) {
        return new Smoothing(
                Sensitivity.FIRST_ORDER, factor, deviationSmoothing, deviationSmoothing > 0);
    }
}
