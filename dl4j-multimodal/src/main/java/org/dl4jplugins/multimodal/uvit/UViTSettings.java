package org.dl4jplugins.multimodal.uvit;

/**
 * What can be set of a U-ViT's sizes, with defaults; checked when the configuration is built.
 *
 * @param <B> the builder itself
 */
abstract class UViTSettings<B extends UViTSettings<B>> {
    int imageChannels = 4;
    int imageHeight = 64;
    int imageWidth = 64;
    int patch = 2;
    int width = 256;
    int depth = 8;
    int heads = 8;
    double mlpRatio = 4;
    boolean qkvBias;
    int clipWidth;
    int textTokens = 8;
    int textWidth = 64;
    int dataTypes = 2;
    boolean timeMlp;
    boolean finalConvolution;
    double normEps = 1e-5;

    abstract B self();

    final void copy(UViTConfig from) {
        imageChannels = from.imageChannels();
        imageHeight = from.imageHeight();
        imageWidth = from.imageWidth();
        patch = from.patch();
        width = from.width();
        depth = from.depth();
        heads = from.heads();
        mlpRatio = from.mlpRatio();
        qkvBias = from.qkvBias();
        clipWidth = from.clipWidth();
        textTokens = from.textTokens();
        textWidth = from.textWidth();
        dataTypes = from.dataTypes();
        timeMlp = from.timeMlp();
        finalConvolution = from.finalConvolution();
        normEps = from.normEps();
    }

    /**
     * Sets the size of the image latent.
     *
     * @param channels at least 1
     * @param height a multiple of the patch
     * @param width a multiple of the patch
     * @return this
     */
    public B image(int channels, int height, int width) {
        imageChannels = channels;
        imageHeight = height;
        imageWidth = width;
        return self();
    }

    /**
     * Sets the side of a patch.
     *
     * @param patch at least 1
     * @return this
     */
    public B patch(int patch) {
        this.patch = patch;
        return self();
    }

    /**
     * Sets the width of the tokens.
     *
     * @param width a multiple of the number of heads
     * @return this
     */
    public B width(int width) {
        this.width = width;
        return self();
    }

    /**
     * Sets the number of blocks besides the middle one.
     *
     * @param depth even, at least 2
     * @return this
     */
    public B depth(int depth) {
        this.depth = depth;
        return self();
    }

    /**
     * Sets the number of attention heads.
     *
     * @param heads a divisor of the width
     * @return this
     */
    public B heads(int heads) {
        this.heads = heads;
        return self();
    }

    /**
     * Sets the width of a block's inner layer.
     *
     * @param ratio to the width of the tokens, above 0; 4 by default
     * @return this
     */
    public B mlpRatio(double ratio) {
        mlpRatio = ratio;
        return self();
    }

    /**
     * Sets whether the projections to queries, keys and values have biases.
     *
     * @param bias false by default
     * @return this
     */
    public B qkvBias(boolean bias) {
        qkvBias = bias;
        return self();
    }

    /**
     * Sets the width of the embedding of the whole image.
     *
     * @param width 0 (default) for none
     * @return this
     */
    public B clipWidth(int width) {
        clipWidth = width;
        return self();
    }

    /**
     * Sets the size of the text latent.
     *
     * @param tokens at least 1
     * @param width at least 1
     * @return this
     */
    public B text(int tokens, int width) {
        textTokens = tokens;
        textWidth = width;
        return self();
    }

    /**
     * Sets how many kinds of training data a token tells apart.
     *
     * @param types 2 by default (UniDiffuser-v1), 0 for no such token (UniDiffuser-v0)
     * @return this
     */
    public B dataTypes(int types) {
        dataTypes = types;
        return self();
    }

    /**
     * Sets whether times pass through two dense layers with SiLU between them.
     *
     * @param mlp false by default
     * @return this
     */
    public B timeMlp(boolean mlp) {
        timeMlp = mlp;
        return self();
    }

    /**
     * Sets whether a 3 x 3 convolution follows the patches.
     *
     * @param convolution false by default
     * @return this
     */
    public B finalConvolution(boolean convolution) {
        finalConvolution = convolution;
        return self();
    }

    /**
     * Sets what normalizations add to the variance.
     *
     * @param eps above 0 and below 1, 1e-5 by default
     * @return this
     */
    public B normEps(double eps) {
        normEps = eps;
        return self();
    }
}
