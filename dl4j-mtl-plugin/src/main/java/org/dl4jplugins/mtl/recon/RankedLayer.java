package org.dl4jplugins.mtl.recon;

import java.util.Objects;

/**
 * A layer with its conflict score.
 *
 * @param layer name of a shared layer
 * @param score how often tasks conflicted on it (Recon, definition 3, summed over the iterations);
 *     at least 0
 */
public record RankedLayer(String layer, double score) {

    /**
     * Checks the arguments.
     *
     * @param layer name of a shared layer
     * @param score at least 0
     * @throws IllegalArgumentException if the score is negative or not a number
     */
    public RankedLayer {
        Objects.requireNonNull(layer, "layer");
        if (!(score >= 0)) {
            throw new IllegalArgumentException(
                    "score of layer \"" + layer + "\" must be at least 0, got " + score);
        }
    }
}
