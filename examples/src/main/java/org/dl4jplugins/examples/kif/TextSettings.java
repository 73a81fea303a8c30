package org.dl4jplugins.examples.kif;

import static org.dl4jplugins.examples.run.SettingsFile.require;

/**
 * How texts are learned.
 *
 * @param prompt which part of an input the model reads
 * @param maxLength tokens to which it is cut
 * @param temperature that divides cosines
 * @param rank of LoRA's increments
 * @param alpha their scale times their rank
 * @param dropout of their input
 */
public record TextSettings(
        Prompt prompt, int maxLength, double temperature, int rank, double alpha, double dropout) {

    /** Checks the values. */
    public TextSettings {
        require(maxLength >= 4, "maxLength", maxLength, "at least 4");
        require(temperature > 0, "temperature", temperature, "above 0");
        require(rank >= 1, "rank", rank, "at least 1");
        require(alpha > 0, "alpha", alpha, "above 0");
        require(dropout >= 0 && dropout < 1, "dropout", dropout, "at least 0 and below 1");
    }
}
