package org.dl4jplugins.multimodal.vision;

/**
 * Sizes of one of CLIP's two transformers.
 *
 * @param width of the tokens, a multiple of the heads
 * @param inner width of the feed-forward layers
 * @param heads attention heads
 * @param layers number of blocks
 */
public record ClipTower(int width, int inner, int heads, int layers) {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if a value is out of its range, naming it
     */
    public ClipTower {
        Require.atLeast(1, "heads", heads);
        Require.that(
                width >= heads && width % heads == 0,
                "width",
                width,
                "a multiple of heads, " + heads);
        Require.atLeast(1, "inner", inner);
        Require.atLeast(1, "layers", layers);
    }
}
