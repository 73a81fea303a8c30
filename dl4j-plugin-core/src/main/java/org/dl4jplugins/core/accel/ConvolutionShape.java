package org.dl4jplugins.core.accel;

/**
 * Sizes of one two-dimensional convolution or pooling.
 *
 * @param batch examples
 * @param channels input channels
 * @param inH input height
 * @param inW input width
 * @param filters output channels (for pooling: the input channels)
 * @param outH output height
 * @param outW output width
 * @param kH kernel height
 * @param kW kernel width
 * @param strideH vertical stride
 * @param strideW horizontal stride
 * @param padH rows of padding above
 * @param padW columns of padding to the left
 * @param dilationH vertical dilation
 * @param dilationW horizontal dilation
 */
record ConvolutionShape(
        int batch,
        int channels,
        int inH,
        int inW,
        int filters,
        int outH,
        int outW,
        int kH,
        int kW,
        int strideH,
        int strideW,
        int padH,
        int padW,
        int dilationH,
        int dilationW) {

    /**
     * Number of kernel positions.
     *
     * @return kernel height times width
     */
    int taps() {
        return kH * kW;
    }

    /**
     * Size of the output.
     *
     * @return elements
     */
    long outputLength() {
        return (long) batch * filters * outH * outW;
    }

    /**
     * First output index whose input index {@code o * stride + shift} lies inside.
     *
     * @param shift kernel offset minus padding
     * @param stride distance of neighboring outputs in the input
     * @return an output index, not negative, perhaps beyond the output
     */
    static int first(int shift, int stride) {
        return shift >= 0 ? 0 : (-shift + stride - 1) / stride;
    }

    /**
     * One behind the last output index whose input index {@code o * stride + shift} lies inside.
     *
     * @param shift kernel offset minus padding
     * @param stride distance of neighboring outputs in the input
     * @param in input size
     * @param out output size
     * @return at most {@code out}
     */
    static int end(int shift, int stride, int in, int out) {
        return shift >= in ? 0 : Math.min(out, (in - 1 - shift) / stride + 1);
    }

    /**
     * Vertical distance from an output's first input row to that of a kernel row.
     *
     * @param ky kernel row
     * @return rows, negative in the padding
     */
    int shiftH(int ky) {
        return ky * dilationH - padH;
    }

    /**
     * Horizontal distance from an output's first input column to that of a kernel column.
     *
     * @param kx kernel column
     * @return columns, negative in the padding
     */
    int shiftW(int kx) {
        return kx * dilationW - padW;
    }
}
