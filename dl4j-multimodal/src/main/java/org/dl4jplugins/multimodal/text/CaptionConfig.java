package org.dl4jplugins.multimodal.text;

/**
 * Sizes of a text latent and its caption decoder.
 *
 * @param stateTokens tokens of the text encoder's hidden states, 77 in CLIP
 * @param stateWidth their width, 768 in CLIP ViT-L/14
 * @param latentWidth width of the latent, 64 in UniDiffuser
 * @param vocabulary number of token ids of the captions
 * @param endToken the id that starts and ends captions
 * @param maxTokens most tokens of a caption, its end included
 * @param width of the decoder's tokens, a multiple of the heads
 * @param heads attention heads
 * @param layers number of blocks
 */
public record CaptionConfig(
        int stateTokens,
        int stateWidth,
        int latentWidth,
        int vocabulary,
        int endToken,
        int maxTokens,
        int width,
        int heads,
        int layers) {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if a value is out of its range, naming it
     */
    public CaptionConfig {
        atLeastOne("stateTokens", stateTokens);
        atLeastOne("stateWidth", stateWidth);
        atLeastOne("latentWidth", latentWidth);
        atLeastOne("vocabulary", vocabulary);
        that(
                endToken >= 0 && endToken < vocabulary,
                "endToken",
                endToken,
                "from 0 to " + (vocabulary - 1));
        atLeastOne("maxTokens", maxTokens);
        atLeastOne("heads", heads);
        that(width >= heads && width % heads == 0, "width", width, "a multiple of heads, " + heads);
        atLeastOne("layers", layers);
    }

    /**
     * UniDiffuser's size: a latent [77, 64] of CLIP ViT-L/14's states, and a decoder of the size of
     * GPT-2.
     *
     * @return width 768, 12 heads, 12 layers, 50,257 token ids
     */
    public static CaptionConfig published() {
        return new CaptionConfig(77, 768, 64, 50257, 50256, 67, 768, 12, 12);
    }

    private static void atLeastOne(String name, int value) {
        that(value >= 1, name, value, "at least 1");
    }

    static void that(boolean right, String name, Object value, String rule) {
        if (!right) {
            throw new IllegalArgumentException(name + " must be " + rule + ", got " + value);
        }
    }
}
