package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two-dimensional convolution by matrix products on pixel-major activations; any kernel, stride,
 * padding, dilation and convolution mode, with or without bias, elementwise activation functions.
 * Nothing of the forward pass is computed again in the backward pass. Where an array is too long,
 * the stock layer's computation takes over.
 */
final class AcceleratedConvolution extends ConvolutionLayer implements PixelLayer {
    private static final long serialVersionUID = 1L;

    /** Up to this many input channels the input is unfolded. */
    private static final int FEW_CHANNELS = 16;

    private final transient Scratch scratch;
    private final long limit;
    private transient ConvolutionShape shape;
    private transient PixelConvolution pixels;
    private transient UnfoldedConvolution unfolded;
    private transient FloatPointer packed;
    private transient boolean packedIsCurrent;
    private transient INDArray source;
    private transient INDArray linear;
    private boolean pixelOutput;
    private boolean pixelEpsilon;
    private boolean needsEpsilon = true;

    /**
     * A layer without state.
     *
     * @param conf its configuration
     * @param dataType FLOAT
     * @param scratch working memory, shared by the layers of one network
     * @param limit elements of the longest array that is accelerated
     */
    AcceleratedConvolution(
            NeuralNetConfiguration conf, DataType dataType, Scratch scratch, long limit) {
        super(conf, dataType);
        this.scratch = scratch;
        this.limit = limit;
    }

    /**
     * Whether a configuration is covered.
     *
     * @param c a configuration
     * @return null, or why not
     */
    static String refuses(org.deeplearning4j.nn.conf.layers.ConvolutionLayer c) {
        if (c.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
            return "NHWC";
        }
        if (c.getIDropout() != null) {
            return "dropout";
        }
        if (c.getWeightNoise() != null) {
            return "weight noise";
        }
        return Elementwise.supports(c.getActivationFn()) ? null : "activation function";
    }

    @Override
    public void layout(boolean output, boolean epsilon) {
        pixelOutput = output;
        pixelEpsilon = epsilon;
    }

    /**
     * The input is data: {@code backpropGradient} omits its gradient where it would live in a
     * workspace, so that nobody could ask for it later.
     */
    void omitEpsilon() {
        needsEpsilon = false;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        forget();
    }

    @Override
    public void clear() {
        super.clear();
        forget();
    }

    private void forget() {
        source = null;
        linear = null;
        packedIsCurrent = false;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        if (input == null) {
            throw new IllegalArgumentException(
                    "Cannot perform forward pass with null input " + layerId());
        }
        validateInputRank();
        INDArray weights = getParam(ConvolutionParamInitializer.WEIGHT_KEY);
        validateInputDepth(weights.size(1));
        plan(weights);
        if (isStock()) {
            INDArray given = input;
            input = Pixels.plain(given, workspaceMgr, ArrayType.FF_WORKING_MEM);
            try {
                return super.activate(training, workspaceMgr);
            } finally {
                input = given;
            }
        }
        packedIsCurrent = false;
        IActivation function = layerConf().getActivationFn();
        INDArray z = linear(training, workspaceMgr);
        if (!Elementwise.isIdentity(function)) {
            if (training) {
                linear = z;
                z = Pixels.create(workspaceMgr, ArrayType.ACTIVATIONS, z.shape());
                Pixels.stored(z).assign(Pixels.stored(linear));
            }
            function.getActivation(Pixels.stored(z), training);
        }
        if (!training) {
            forget();
        }
        return Pixels.release(z, pixelOutput, workspaceMgr, ArrayType.ACTIVATIONS);
    }

    private INDArray linear(boolean keepSource, LayerWorkspaceMgr manager) {
        INDArray z =
                Pixels.create(
                        manager,
                        ArrayType.ACTIVATIONS,
                        shape.batch(),
                        shape.filters(),
                        shape.outH(),
                        shape.outW());
        long y = Floats.address(z);
        INDArray x = source(manager, keepSource ? ArrayType.ACTIVATIONS : ArrayType.FF_WORKING_MEM);
        long w = Floats.address(getParam(ConvolutionParamInitializer.WEIGHT_KEY));
        if (unfolded != null) {
            unfolded.forward(Floats.of(x), w, y, scratch.atLeast(unfolded.scratchLength()));
        } else {
            pixels.forward(Floats.address(x), packedWeights(), y);
        }
        if (hasBias()) {
            INDArray bias = getParam(ConvolutionParamInitializer.BIAS_KEY);
            Channels.addToRows(Floats.of(z), Floats.of(bias), (int) (z.length() / shape.filters()));
        }
        return z;
    }

    /** The input as the products want it, computed once per input. */
    private INDArray source(LayerWorkspaceMgr manager, ArrayType type) {
        if (source != null) {
            return source;
        }
        INDArray x = input.castTo(DataType.FLOAT);
        if (unfolded != null) {
            INDArray dense = Floats.dense(x) ? x : manager.dup(type, x, 'c');
            int example = (int) (x.length() / x.size(0));
            source = manager.createUninitialized(type, DataType.FLOAT, example, x.size(0));
            Rows.transpose(Floats.of(dense), Floats.of(source), (int) x.size(0), example);
        } else {
            source = Pixels.of(x, manager, type);
            if (pixels.planesLength() > 0) {
                INDArray sorted =
                        manager.createUninitialized(type, DataType.FLOAT, pixels.planesLength());
                pixels.split(Floats.of(source), Floats.of(sorted));
                source = sorted;
            }
        }
        return source;
    }

    private long packedWeights() {
        INDArray weights = getParam(ConvolutionParamInitializer.WEIGHT_KEY);
        if (shape.taps() == 1) {
            return Floats.address(weights);
        }
        if (packed == null) {
            packed = new FloatPointer(weights.length());
        }
        if (!packedIsCurrent) {
            WeightPacking.copy(
                    Floats.of(weights),
                    Floats.of(packed.address(), weights.length()),
                    shape.filters(),
                    shape.channels(),
                    shape.taps(),
                    true);
            packedIsCurrent = true;
        }
        return packed.address();
    }

    private void plan(INDArray weights) {
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
        ConvolutionShape now =
                new ConvolutionShape(
                        (int) input.size(0),
                        (int) weights.size(1),
                        in[0],
                        in[1],
                        (int) weights.size(0),
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
            unfolded = null;
            pixels = null;
            long longest = Math.max(input.length(), Math.max(now.outputLength(), weights.length()));
            if (longest > limit) {
                return;
            }
            if (now.channels() <= FEW_CHANNELS && now.taps() > 1) {
                UnfoldedConvolution planned = new UnfoldedConvolution(now);
                unfolded = planned.scratchLength() <= limit ? planned : null;
            } else {
                PixelConvolution planned = new PixelConvolution(now);
                pixels = planned.planesLength() <= limit ? planned : null;
            }
        }
    }

    private boolean isStock() {
        return unfolded == null && pixels == null;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        plan(getParam(ConvolutionParamInitializer.WEIGHT_KEY));
        if (isStock()) {
            return stockBackward(epsilon, workspaceMgr);
        }
        INDArray delta = delta(epsilon, workspaceMgr);
        Gradient gradient = new DefaultGradient();
        if (hasBias()) {
            INDArray view = gradientViews.get(ConvolutionParamInitializer.BIAS_KEY);
            Channels.sumRows(
                    Floats.of(delta), Floats.of(view), (int) (delta.length() / shape.filters()));
            gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, view);
        }
        INDArray view = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
        weightGradient(delta, view, workspaceMgr);
        gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, view, 'c');
        boolean wanted = needsEpsilon || workspaceMgr.isScopedOut(ArrayType.ACTIVATION_GRAD);
        return new Pair<>(gradient, wanted ? inputGradient(delta, workspaceMgr) : null);
    }

    private Pair<Gradient, INDArray> stockBackward(INDArray epsilon, LayerWorkspaceMgr manager) {
        INDArray given = input;
        input = Pixels.plain(given, manager, ArrayType.BP_WORKING_MEM);
        try {
            // copied: some activation functions overwrite it
            INDArray dy = manager.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c');
            return super.backpropGradient(dy, manager);
        } finally {
            input = given;
        }
    }

    private INDArray delta(INDArray epsilon, LayerWorkspaceMgr manager) {
        INDArray eps = Pixels.of(epsilon.castTo(DataType.FLOAT), manager, ArrayType.BP_WORKING_MEM);
        IActivation function = layerConf().getActivationFn();
        if (Elementwise.isIdentity(function)) {
            return eps;
        }
        INDArray z = linear == null ? linear(true, manager) : linear;
        // both are copied: some functions overwrite them
        INDArray in = manager.dup(ArrayType.BP_WORKING_MEM, Pixels.stored(z), 'c');
        INDArray out = manager.dup(ArrayType.BP_WORKING_MEM, Pixels.stored(eps), 'c');
        INDArray delta = function.backprop(in, out).getFirst();
        return new PixelArray(
                Floats.dense(delta) ? delta : manager.dup(ArrayType.BP_WORKING_MEM, delta, 'c'));
    }

    private void weightGradient(INDArray delta, INDArray view, LayerWorkspaceMgr manager) {
        long dy = Floats.address(delta);
        INDArray x = source(manager, ArrayType.BP_WORKING_MEM);
        if (unfolded != null) {
            long memory = scratch.atLeast(unfolded.scratchLength());
            unfolded.backwardWeights(Floats.of(x), dy, Floats.address(view), memory);
        } else if (shape.taps() == 1) {
            pixels.backwardWeights(Floats.address(x), dy, Floats.address(view));
        } else {
            long dw = scratch.atLeast(view.length());
            pixels.backwardWeights(Floats.address(x), dy, dw);
            WeightPacking.copy(
                    Floats.of(view),
                    Floats.of(dw, view.length()),
                    shape.filters(),
                    shape.channels(),
                    shape.taps(),
                    false);
        }
    }

    private INDArray inputGradient(INDArray delta, LayerWorkspaceMgr manager) {
        long dy = Floats.address(delta);
        long[] size = {shape.batch(), shape.channels(), shape.inH(), shape.inW()};
        if (unfolded != null) {
            INDArray dx =
                    manager.createUninitialized(
                            ArrayType.BP_WORKING_MEM,
                            DataType.FLOAT,
                            input.length() / size[0],
                            size[0]);
            long w = Floats.address(getParam(ConvolutionParamInitializer.WEIGHT_KEY));
            long memory = scratch.atLeast(unfolded.scratchLength());
            unfolded.backwardInput(dy, w, Floats.address(dx), memory);
            INDArray plain =
                    manager.createUninitialized(
                            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, size, 'c');
            Rows.transpose(Floats.of(dx), Floats.of(plain), (int) dx.size(0), shape.batch());
            return plain;
        }
        INDArray dx =
                Pixels.create(
                        manager,
                        pixelEpsilon ? ArrayType.ACTIVATION_GRAD : ArrayType.BP_WORKING_MEM,
                        size);
        if (pixels.planesLength() == 0) {
            pixels.backwardInput(dy, packedWeights(), Floats.address(dx));
        } else {
            long sorted = scratch.atLeast(pixels.planesLength());
            pixels.backwardInput(dy, packedWeights(), sorted);
            FloatBuffer from = Floats.of(sorted, pixels.planesLength());
            pixels.join(from, Floats.of(dx), Floats.address(dx));
        }
        return Pixels.release(dx, pixelEpsilon, manager, ArrayType.ACTIVATION_GRAD);
    }
}
