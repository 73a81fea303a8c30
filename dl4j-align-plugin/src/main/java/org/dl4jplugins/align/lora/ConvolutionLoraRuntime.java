package org.dl4jplugins.align.lora;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.dl4jplugins.align.transformer.FusedActivation;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes the layers of {@link ConvolutionKind} and {@link Convolution1DKind} as products with the
 * patches of their input.
 */
final class ConvolutionLoraRuntime extends LoraRuntime {
    private static final long serialVersionUID = 1L;
    private static final String W = ConvolutionParamInitializer.WEIGHT_KEY;
    private static final String B = ConvolutionParamInitializer.BIAS_KEY;

    private final boolean line;
    private final boolean channelsLast;
    private final transient AdaptedProduct product;
    private final transient FusedActivation activation;

    ConvolutionLoraRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
        line = convolution() instanceof Convolution1DLayer;
        channelsLast =
                line
                        ? ((Convolution1DLayer) convolution()).getRnnDataFormat() == RNNFormat.NWC
                        : convolution().getCnn2dDataFormat() == CNN2DFormat.NHWC;
        product = new AdaptedProduct(this, W, this::drop);
        activation = new FusedActivation(convolution().getActivationFn());
    }

    private ConvolutionLayer convolution() {
        return (ConvolutionLayer) layerConf().getUnderlying();
    }

    @Override
    public Type type() {
        return Type.CONVOLUTIONAL;
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
        IDropout dropout = convolution().getIDropout();
        if (dropout != null) {
            dropout.clear();
        }
    }

    private void forget() {
        activation.clear();
        product.clear();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
        assertInputSet(false);
        check();
        dropInput(training, mgr);
        INDArray image = image(ArrayType.FF_WORKING_MEM, mgr);
        PatchShape shape = PatchShape.of(convolution(), image);
        INDArray rows = preOutput(shape, image, training, mgr);
        activation.apply(rows, training, mgr);
        applyStepMask(rows, shape);
        INDArray out = channelsOut(rows, shape);
        return mgr.dup(ArrayType.ACTIVATIONS, out, 'c');
    }

    private INDArray preOutput(
            PatchShape shape, INDArray image, boolean training, LayerWorkspaceMgr mgr) {
        INDArray patches = patches(shape, image, ArrayType.FF_WORKING_MEM, mgr);
        INDArray rows =
                mgr.createUninitialized(
                        ArrayType.FF_WORKING_MEM,
                        dataType,
                        new long[] {shape.rows(), convolution().getNOut()},
                        'c');
        INDArray bias = convolution().hasBias() ? base(B) : null;
        product.forward(patches, bias, rows, training, mgr);
        return rows;
    }

    private INDArray patches(
            PatchShape shape, INDArray image, ArrayType type, LayerWorkspaceMgr mgr) {
        long[] size = {shape.rows(), shape.columns()};
        INDArray patches = mgr.createUninitialized(type, dataType, size, 'c');
        shape.gather(image, patches);
        return patches;
    }

    /** Whole values of the input are dropped, wherever a patch contains them. */
    private INDArray drop(INDArray patches, double keep, LayerWorkspaceMgr mgr) {
        INDArray image = image(ArrayType.FF_WORKING_MEM, mgr);
        PatchShape shape = PatchShape.of(convolution(), image);
        INDArray mask = InputDropout.independent(image, keep, mgr);
        return patches(shape, mask, ArrayType.INPUT, mgr);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
        assertInputSet(true);
        boolean below = layerConf().isInputGradient();
        INDArray dx = mgr.create(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        if (!below && gradientView(B) == null && product.isEmpty()) {
            return new Pair<>(gradients(), dx);
        }
        INDArray image = image(ArrayType.BP_WORKING_MEM, mgr);
        PatchShape shape = PatchShape.of(convolution(), image);
        INDArray delta = delta(epsilon, shape, image, mgr);
        INDArray db = gradientView(B);
        if (db != null) {
            FusedActivation.sumRows(delta, db);
        }
        INDArray patches =
                product.isEmpty() ? null : patches(shape, image, ArrayType.BP_WORKING_MEM, mgr);
        INDArray dPatches = null;
        if (below) {
            long[] size = {shape.rows(), shape.columns()};
            dPatches = mgr.createUninitialized(ArrayType.BP_WORKING_MEM, dataType, size, 'c');
        }
        product.backward(patches, delta, dPatches, mgr);
        if (below) {
            shape.scatter(dPatches, imageView(dx));
            IDropout dropout = convolution().getIDropout();
            if (dropout != null) {
                dropout.backprop(dx, dx, getIterationCount(), getEpochCount());
            }
        }
        return new Pair<>(gradients(), dx);
    }

    /** The gradient with respect to the sums before the activation function, [rows, out]. */
    private INDArray delta(
            INDArray epsilon, PatchShape shape, INDArray image, LayerWorkspaceMgr mgr) {
        INDArray rows =
                mgr.dup(ArrayType.BP_WORKING_MEM, channelsLast(epsilon.castTo(dataType)), 'c')
                        .reshape('c', shape.rows(), convolution().getNOut());
        applyStepMask(rows, shape);
        return activation.delta(rows, () -> preOutput(shape, image, false, mgr), mgr);
    }

    /** Zeros rows of masked steps. */
    private void applyStepMask(INDArray rows, PatchShape shape) {
        if (line && maskArray != null) {
            INDArray steps = reduced(maskArray);
            rows.muliColumnVector(steps.castTo(dataType).dup('c').reshape('c', shape.rows(), 1));
        }
    }

    private void check() {
        int rank = line ? 3 : 4;
        int axis = channelsLast ? rank - 1 : 1;
        if (input.rank() != rank || input.size(axis) != convolution().getNIn()) {
            throw new DL4JInvalidInputException(
                    "Expected an input of rank "
                            + rank
                            + " with "
                            + convolution().getNIn()
                            + " channels on axis "
                            + axis
                            + ", got shape "
                            + Arrays.toString(input.shape())
                            + " "
                            + layerId());
        }
    }

    private void dropInput(boolean training, LayerWorkspaceMgr mgr) {
        IDropout dropout = convolution().getIDropout();
        if (training && !dropoutApplied && dropout != null) {
            INDArray result =
                    mgr.createUninitialized(ArrayType.INPUT, dataType, input.shape(), 'c');
            input = dropout.applyDropout(input, result, getIterationCount(), getEpochCount(), mgr);
            dropoutApplied = true;
        }
    }

    /** The input as [batch, channels, height, width] in 'c' order. */
    private INDArray image(ArrayType type, LayerWorkspaceMgr mgr) {
        INDArray dense = Dense.of(input, dataType, mgr, type);
        INDArray view = imageView(dense);
        return channelsLast ? mgr.dup(type, view, 'c') : view;
    }

    /** A dense array in the layer's format as a view [batch, channels, height, width]. */
    private INDArray imageView(INDArray dense) {
        long[] s = dense.shape();
        if (channelsLast) {
            INDArray last = line ? dense.reshape('c', s[0], s[1], 1, s[2]) : dense;
            return last.permute(0, 3, 1, 2);
        }
        return line ? dense.reshape('c', s[0], s[1], s[2], 1) : dense;
    }

    /** An array in the layer's format with the channels on its last axis. */
    private INDArray channelsLast(INDArray a) {
        if (channelsLast) {
            return a;
        }
        return line ? a.permute(0, 2, 1) : a.permute(0, 2, 3, 1);
    }

    /** Rows [batch * height * width, channels] in the layer's format. */
    private INDArray channelsOut(INDArray rows, PatchShape shape) {
        long batch = shape.image()[0];
        int[] out = shape.out();
        if (line) {
            INDArray last = rows.reshape('c', batch, out[0], rows.size(1));
            return channelsLast ? last : last.permute(0, 2, 1);
        }
        INDArray last = rows.reshape('c', batch, out[0], out[1], rows.size(1));
        return channelsLast ? last : last.permute(0, 3, 1, 2);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray mask, MaskState state, int minibatchSize) {
        maskArray = mask;
        maskState = state;
        return new Pair<>(mask == null ? null : reduced(mask), state);
    }

    private INDArray reduced(INDArray mask) {
        ConvolutionLayer c = convolution();
        if (line) { // DL4J's own fails on masks that are not FLOAT
            INDArray steps = mask.castTo(dataType).dup('c');
            steps = steps.reshape('c', mask.size(0), 1, mask.size(1), 1);
            PatchShape shape = PatchShape.of(c, steps);
            INDArray patches = Nd4j.createUninitialized(dataType, shape.rows(), shape.columns());
            shape.gather(steps, patches);
            return patches.max(1).reshape('c', mask.size(0), shape.out()[0]);
        }
        return ConvolutionUtils.cnn2dMaskReduction(
                mask,
                c.getKernelSize(),
                c.getStride(),
                c.getPadding(),
                c.getDilation(),
                c.getConvolutionMode());
    }
}
