package org.dl4jplugins.align.lora;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.convolution.Convolution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where a convolution's patches lie in images [batch, channels, height, width]; a sequence is an
 * image of width 1. The values of a patch are in the order in which DL4J stores weights: [channels,
 * height, width] for images, [time, channels] for sequences.
 *
 * @param line whether the images are sequences
 * @param kernel height, width
 * @param stride height, width
 * @param dilation height, width
 * @param padding zeros above and to the left
 * @param mode DL4J's padding mode
 * @param image batch, channels, height, width
 * @param out height and width of the output
 */
record PatchShape(
        boolean line,
        int[] kernel,
        int[] stride,
        int[] dilation,
        int[] padding,
        ConvolutionMode mode,
        long[] image,
        int[] out) {

    /**
     * The patches of an image.
     *
     * @param layer base layer
     * @param image [batch, channels, height, width]
     * @throws RuntimeException of DL4J if kernel, stride and padding do not fit the image
     */
    static PatchShape of(ConvolutionLayer layer, INDArray image) {
        int[] kernel = kernel(layer);
        int[] stride = pair(layer, layer.getStride(), 1);
        int[] dilation = pair(layer, layer.getDilation(), 1);
        ConvolutionMode mode = layer.getConvolutionMode();
        int[] size = {(int) image.size(2), (int) image.size(3)};
        int[] padding;
        int[] out;
        if (mode == ConvolutionMode.Causal) {
            padding = new int[] {dilation[0] * (kernel[0] - 1), 0};
            out = new int[] {(size[0] - 1) / stride[0] + 1, 1};
        } else if (mode == ConvolutionMode.Same) {
            out =
                    ConvolutionUtils.getOutputSize(
                            image, kernel, stride, null, mode, dilation, CNN2DFormat.NCHW);
            padding =
                    ConvolutionUtils.getSameModeTopLeftPadding(out, size, kernel, stride, dilation);
        } else {
            padding = pair(layer, layer.getPadding(), 0);
            out =
                    ConvolutionUtils.getOutputSize(
                            image, kernel, stride, padding, mode, dilation, CNN2DFormat.NCHW);
        }
        boolean line = layer instanceof Convolution1DLayer;
        return new PatchShape(line, kernel, stride, dilation, padding, mode, image.shape(), out);
    }

    /** Height and width of the kernel; the width is 1 in one dimension. */
    static int[] kernel(ConvolutionLayer layer) {
        return pair(layer, layer.getKernelSize(), 1);
    }

    private static int[] pair(ConvolutionLayer layer, int[] values, int second) {
        boolean line = layer instanceof Convolution1DLayer;
        return new int[] {values[0], line ? second : values[1]};
    }

    /** Number of patches. */
    long rows() {
        return image[0] * out[0] * out[1];
    }

    /** Number of values in a patch. */
    long columns() {
        return image[1] * kernel[0] * kernel[1];
    }

    /** Whether a patch is one pixel and each pixel is a patch. */
    boolean isPointwise() {
        return kernel[0] * kernel[1] * stride[0] * stride[1] == 1 && padding[0] + padding[1] == 0;
    }

    /**
     * Gathers the patches.
     *
     * @param image [batch, channels, height, width]
     * @param patches [rows, columns], dense in 'c' order, overwritten
     */
    void gather(INDArray image, INDArray patches) {
        if (isPointwise()) {
            patches.reshape('c', this.image[0], out[0], out[1], this.image[1])
                    .assign(image.permute(0, 2, 3, 1));
            return;
        }
        boolean causal = mode == ConvolutionMode.Causal;
        boolean pads = causal && padding[0] > 0;
        INDArray padded = pads ? Nd4j.concat(2, above(image), image) : image;
        Convolution.im2col(
                padded,
                kernel[0],
                kernel[1],
                stride[0],
                stride[1],
                causal ? 0 : padding[0],
                padding[1],
                dilation[0],
                dilation[1],
                mode == ConvolutionMode.Same,
                columns(patches));
    }

    /**
     * Adds the patches up where they overlap: the gradient of {@link #gather}.
     *
     * @param patches [rows, columns], dense in 'c' order
     * @param image [batch, channels, height, width], overwritten
     */
    void scatter(INDArray patches, INDArray image) {
        if (isPointwise()) {
            image.assign(
                    patches.reshape('c', this.image[0], out[0], out[1], this.image[1])
                            .permute(0, 3, 1, 2));
            return;
        }
        if (mode == ConvolutionMode.Causal) { // zeros on one side only, which ND4J has not
            long height = padding[0] + this.image[2];
            long[] size = {this.image[0], this.image[1], height, 1};
            INDArray padded = Nd4j.createUninitialized(image.dataType(), size);
            sum(patches, padded, 0);
            image.assign(padded.get(all(), all(), interval(padding[0], height), all()));
        } else {
            sum(patches, image, padding[0]);
        }
    }

    private INDArray above(INDArray image) {
        return Nd4j.zeros(image.dataType(), this.image[0], this.image[1], padding[0], 1);
    }

    private void sum(INDArray patches, INDArray image, int above) {
        Convolution.col2im(
                columns(patches),
                image,
                stride[0],
                stride[1],
                above,
                padding[1],
                (int) image.size(2),
                (int) image.size(3),
                dilation[0],
                dilation[1]);
    }

    /** [batch, channels, kernel height, kernel width, height, width], as ND4J has it. */
    private INDArray columns(INDArray patches) {
        if (line) {
            return patches.reshape('c', image[0], out[0], 1, kernel[0], 1, image[1])
                    .permute(0, 5, 3, 4, 1, 2);
        }
        return patches.reshape('c', image[0], out[0], out[1], image[1], kernel[0], kernel[1])
                .permute(0, 3, 4, 5, 1, 2);
    }
}
