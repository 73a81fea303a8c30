package org.dl4jplugins.examples.kif;

import static org.dl4jplugins.examples.run.SettingsFile.require;

/**
 * Settings of the methods.
 *
 * @param memory fraction of each task that is kept
 * @param innerSteps Q of Recurrent-KIF
 * @param outerSteps M of Recurrent-KIF
 * @param quantile of importances above which an element matters
 * @param outerRate learning rate on memory
 * @param softTemperature of the soft weights in an ablation
 * @param ewcLambda weight of EWC's penalty
 * @param ewcExamples from which EWC estimates the Fisher information
 * @param siStrength weight of the penalty of synaptic intelligence
 * @param siDamping of its importances
 * @param oloraLambda weight of O-LoRA's penalty
 * @param lwfLambda weight of old answers in learning without forgetting
 * @param lwfTemperature of its softmaxes
 * @param gemMargin least share of each old task's gradient in a step of GEM
 * @param gemExamples of each old task per step of GEM, 0 for all
 * @param derAlpha weight of stored answers in DER++
 * @param derBeta weight of labels from memory in DER++
 * @param mergeDensity share of a task's changes that a merge by magnitude keeps
 * @param taslShare of the units that matter to a side in TaSL
 */
public record Tuning(
        double memory,
        int innerSteps,
        int outerSteps,
        double quantile,
        double outerRate,
        double softTemperature,
        double ewcLambda,
        int ewcExamples,
        double siStrength,
        double siDamping,
        double oloraLambda,
        double lwfLambda,
        double lwfTemperature,
        double gemMargin,
        int gemExamples,
        double derAlpha,
        double derBeta,
        double mergeDensity,
        double taslShare) {

    /** Checks what the methods do not check themselves. */
    public Tuning {
        require(outerRate > 0, "outerRate", outerRate, "above 0");
        require(innerSteps >= 1, "innerSteps", innerSteps, "at least 1");
        require(outerSteps >= 1, "outerSteps", outerSteps, "at least 1");
    }
}
