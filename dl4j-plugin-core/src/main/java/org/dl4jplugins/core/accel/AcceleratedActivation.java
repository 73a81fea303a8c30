package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * ReLU of dense arrays of any rank, forward and backward in one pass over memory each; too long
 * ones as in DL4J.
 */
final class AcceleratedActivation extends ActivationLayer implements PixelLayer {
    private static final long serialVersionUID = 1L;

    private final long limit;
    private boolean pixelOutput;
    private boolean pixelEpsilon;

    /**
     * A layer without state.
     *
     * @param conf its configuration
     * @param dataType FLOAT
     * @param limit elements of the longest array that is accelerated
     */
    AcceleratedActivation(NeuralNetConfiguration conf, DataType dataType, long limit) {
        super(conf, dataType);
        this.limit = limit;
    }

    /**
     * Whether a configuration is covered.
     *
     * @param c a configuration
     * @return null, or why not
     */
    static String refuses(org.deeplearning4j.nn.conf.layers.ActivationLayer c) {
        if (c.getIDropout() != null) {
            return "dropout";
        }
        return Elementwise.isPlainRelu(c.getActivationFn()) ? null : "activation function";
    }

    @Override
    public void layout(boolean output, boolean epsilon) {
        pixelOutput = output;
        pixelEpsilon = epsilon;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        if (input.length() > limit) {
            return super.activate(training, workspaceMgr);
        }
        INDArray x = input.castTo(DataType.FLOAT);
        boolean pixel = pixelOutput && x.rank() == 4;
        x = stored(x, pixel, workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray y =
                pixel
                        ? Pixels.create(workspaceMgr, ArrayType.ACTIVATIONS, x.shape())
                        : workspaceMgr.createUninitialized(
                                ArrayType.ACTIVATIONS, DataType.FLOAT, x.shape(), 'c');
        FloatBuffer from = Floats.of(x);
        FloatBuffer to = Floats.of(y);
        Rows.chunks(
                from.capacity(),
                (start, end) -> {
                    float[] a = new float[end - start];
                    from.get(start, a);
                    Rows.positive(a, a.length);
                    to.put(start, a);
                });
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        if (input.length() > limit) {
            // copied: the stock layer overwrites it
            INDArray own = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c');
            return super.backpropGradient(own, workspaceMgr);
        }
        boolean pixel = pixelEpsilon && input.rank() == 4;
        INDArray x =
                stored(input.castTo(DataType.FLOAT), pixel, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dy =
                stored(
                        epsilon.castTo(DataType.FLOAT),
                        pixel,
                        workspaceMgr,
                        ArrayType.BP_WORKING_MEM);
        INDArray dx =
                pixel
                        ? Pixels.create(workspaceMgr, ArrayType.ACTIVATION_GRAD, x.shape())
                        : workspaceMgr.createUninitialized(
                                ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c');
        IntBuffer in = Floats.bits(x);
        IntBuffer eps = Floats.bits(dy);
        IntBuffer to = Floats.bits(dx);
        Rows.chunks(
                in.capacity(),
                (start, end) -> {
                    int[] a = new int[end - start];
                    int[] d = new int[a.length];
                    in.get(start, a);
                    eps.get(start, d);
                    Rows.wherePositive(d, a, a.length);
                    to.put(start, d);
                });
        return new Pair<>(new DefaultGradient(), dx);
    }

    private static INDArray stored(
            INDArray x, boolean pixel, LayerWorkspaceMgr manager, ArrayType type) {
        if (pixel) {
            return Pixels.of(x, manager, type);
        }
        if (x.rank() == 4 && Pixels.is(x)) {
            return Pixels.release(x, Floats.dense(x), manager, type);
        }
        return Floats.dense(x) ? x : manager.dup(type, x, 'c');
    }
}
