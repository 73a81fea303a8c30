package org.dl4jplugins.core.accel;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Maximum and average pooling in two dimensions. Where the window of a maximum lies in the padding
 * entirely, or an array is too long, the stock layer's computation takes over.
 */
final class AcceleratedPooling extends SubsamplingLayer implements PixelLayer {
    private static final long serialVersionUID = 1L;

    private final long limit;
    private transient ConvolutionShape shape;
    private transient PixelPooling pooling;
    private transient INDArray source;
    private transient INDArray maxima;
    private boolean pixelOutput;
    private boolean pixelEpsilon;

    /**
     * A layer without state.
     *
     * @param conf its configuration
     * @param dataType FLOAT
     * @param limit elements of the longest array that is accelerated
     */
    AcceleratedPooling(NeuralNetConfiguration conf, DataType dataType, long limit) {
        super(conf, dataType);
        this.limit = limit;
    }

    /**
     * Whether a configuration is covered.
     *
     * @param c a configuration
     * @return null, or why not
     */
    static String refuses(org.deeplearning4j.nn.conf.layers.SubsamplingLayer c) {
        if (c.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
            return "NHWC";
        }
        if (c.getDilation()[0] != 1 || c.getDilation()[1] != 1) {
            return "dilation"; // backends disagree about its meaning
        }
        boolean known =
                c.getPoolingType() == PoolingType.MAX || c.getPoolingType() == PoolingType.AVG;
        return known ? null : "pooling type " + c.getPoolingType();
    }

    @Override
    public void layout(boolean output, boolean epsilon) {
        pixelOutput = output;
        pixelEpsilon = epsilon;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        source = null;
        maxima = null;
    }

    @Override
    public void clear() {
        super.clear();
        source = null;
        maxima = null;
    }

    private boolean isMax() {
        return layerConf().getPoolingType() == PoolingType.MAX;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        if (input.rank() != 4) {
            throw new DL4JInvalidInputException(
                    "Got rank "
                            + input.rank()
                            + " array as input to SubsamplingLayer, expected [batch, channel,"
                            + " height, width] "
                            + layerId());
        }
        plan();
        if (pooling == null) {
            INDArray given = input;
            input = Pixels.plain(given, workspaceMgr, ArrayType.FF_WORKING_MEM);
            try {
                return super.activate(training, workspaceMgr);
            } finally {
                input = given;
            }
        }
        INDArray y = forward(training, workspaceMgr);
        return Pixels.release(y, pixelOutput, workspaceMgr, ArrayType.ACTIVATIONS);
    }

    private INDArray forward(boolean training, LayerWorkspaceMgr manager) {
        INDArray x =
                Pixels.of(
                        input.castTo(DataType.FLOAT),
                        manager,
                        training ? ArrayType.ACTIVATIONS : ArrayType.FF_WORKING_MEM);
        INDArray y =
                Pixels.create(
                        manager,
                        ArrayType.ACTIVATIONS,
                        shape.batch(),
                        shape.channels(),
                        shape.outH(),
                        shape.outW());
        if (isMax()) {
            pooling.max(Floats.of(x), Floats.of(y));
        } else {
            pooling.average(Floats.of(x), Floats.of(y), wholeKernel());
        }
        if (training) {
            source = x;
            maxima = y;
        }
        return y;
    }

    private boolean wholeKernel() {
        return layerConf().isAvgPoolIncludePadInDivisor();
    }

    private void plan() {
        int[] kernel = layerConf().getKernelSize();
        int[] stride = layerConf().getStride();
        int[] dilation = layerConf().getDilation();
        boolean same = convolutionMode == ConvolutionMode.Same;
        int[] in = {(int) input.size(2), (int) input.size(3)};
        int[] pad = same ? null : layerConf().getPadding();
        int[] out =
                ConvolutionUtils.getOutputSize(
                        input, kernel, stride, pad, convolutionMode, dilation, CNN2DFormat.NCHW);
        if (same) {
            pad = ConvolutionUtils.getSameModeTopLeftPadding(out, in, kernel, stride, dilation);
        }
        int channels = (int) input.size(1);
        ConvolutionShape now =
                new ConvolutionShape(
                        (int) input.size(0),
                        channels,
                        in[0],
                        in[1],
                        channels,
                        out[0],
                        out[1],
                        kernel[0],
                        kernel[1],
                        stride[0],
                        stride[1],
                        pad[0],
                        pad[1],
                        dilation[0],
                        dilation[1]);
        if (!now.equals(shape)) {
            shape = now;
            pooling = null;
            if (Math.max(input.length(), now.outputLength()) <= limit) {
                PixelPooling planned = new PixelPooling(now);
                pooling = isMax() && !planned.hasNoEmptyWindow() ? null : planned;
            }
        }
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        plan();
        if (pooling == null) {
            return stockBackward(epsilon, workspaceMgr);
        }
        if (source == null) {
            forward(true, workspaceMgr);
        }
        INDArray dy =
                Pixels.of(epsilon.castTo(DataType.FLOAT), workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dx = Pixels.create(workspaceMgr, ArrayType.ACTIVATION_GRAD, input.shape());
        Floats.zero(Floats.address(dx), dx.length());
        if (isMax()) {
            pooling.maxBackward(Floats.of(source), Floats.of(maxima), Floats.of(dy), Floats.of(dx));
        } else {
            pooling.averageBackward(Floats.of(dy), Floats.of(dx), wholeKernel());
        }
        return new Pair<>(
                new DefaultGradient(),
                Pixels.release(dx, pixelEpsilon, workspaceMgr, ArrayType.ACTIVATION_GRAD));
    }

    private Pair<Gradient, INDArray> stockBackward(INDArray epsilon, LayerWorkspaceMgr manager) {
        INDArray given = input;
        input = Pixels.plain(given, manager, ArrayType.BP_WORKING_MEM);
        try {
            INDArray dy = Pixels.plain(epsilon, manager, ArrayType.BP_WORKING_MEM);
            return super.backpropGradient(dy, manager);
        } finally {
            input = given;
        }
    }
}
