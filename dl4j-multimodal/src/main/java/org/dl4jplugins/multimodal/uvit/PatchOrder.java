package org.dl4jplugins.multimodal.uvit;

import org.nd4j.linalg.api.ndarray.INDArray;

/** In which order the values of a patch stand in its token. */
enum PatchOrder {
    /** Channel, row, column: the order of a convolution's weights. */
    CHANNEL_FIRST(0, 2, 4, 1, 3, 5),
    /** Row, column, channel: the order of the reference's output. */
    CHANNEL_LAST(0, 2, 4, 3, 5, 1);

    private final int[] toTokens;
    private final int[] toImage = new int[6];

    PatchOrder(int... toTokens) {
        this.toTokens = toTokens;
        for (int i = 0; i < toTokens.length; i++) {
            toImage[toTokens[i]] = i;
        }
    }

    /**
     * Cuts images into patches, row by row.
     *
     * @param image [batch, channels, height, width], dense in 'c' order
     * @param patch side of a patch, divides height and width
     * @param tokens [batch, patches, channels * patch * patch], dense in 'c' order; overwritten
     */
    void cut(INDArray image, int patch, INDArray tokens) {
        tokens.reshape('c', permuted(image.shape(), patch))
                .assign(image.reshape('c', split(image.shape(), patch)).permute(toTokens));
    }

    /**
     * Puts patches together.
     *
     * @param tokens [batch, patches, channels * patch * patch], dense in 'c' order
     * @param patch side of a patch
     * @param image [batch, channels, height, width], dense in 'c' order; overwritten
     */
    void join(INDArray tokens, int patch, INDArray image) {
        image.reshape('c', split(image.shape(), patch))
                .assign(tokens.reshape('c', permuted(image.shape(), patch)).permute(toImage));
    }

    private static long[] split(long[] image, int patch) {
        return new long[] {image[0], image[1], image[2] / patch, patch, image[3] / patch, patch};
    }

    private long[] permuted(long[] image, int patch) {
        long[] split = split(image, patch);
        long[] permuted = new long[6];
        for (int i = 0; i < 6; i++) {
            permuted[i] = split[toTokens[i]];
        }
        return permuted;
    }
}
