package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Global average pooling of images; everything else, and whatever has a mask, as in DL4J. */
final class AcceleratedGlobalPooling extends GlobalPoolingLayer implements PixelLayer {
    private static final long serialVersionUID = 1L;

    private final long limit;
    private boolean pixelEpsilon;

    /**
     * A layer without state.
     *
     * @param conf its configuration
     * @param dataType FLOAT
     * @param limit elements of the longest array that is accelerated
     */
    AcceleratedGlobalPooling(NeuralNetConfiguration conf, DataType dataType, long limit) {
        super(conf, dataType);
        this.limit = limit;
    }

    /**
     * Whether a configuration is covered.
     *
     * @param c a configuration
     * @return null, or why not
     */
    static String refuses(org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer c) {
        if (c.getPoolingType() != PoolingType.AVG) {
            return "pooling type " + c.getPoolingType();
        }
        if (c.getIDropout() != null) {
            return "dropout";
        }
        int[] d = c.getPoolingDimensions();
        boolean image = d == null || d.length == 2 && d[0] == 2 && d[1] == 3;
        return image && c.isCollapseDimensions() ? null : "pooling dimensions";
    }

    @Override
    public void layout(boolean output, boolean epsilon) {
        pixelEpsilon = epsilon; // the output has rank 2
    }

    private boolean isStock() {
        return maskArray != null || input.rank() != 4 || input.length() > limit;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        if (isStock()) {
            return super.activate(training, workspaceMgr);
        }
        INDArray x =
                Pixels.of(input.castTo(DataType.FLOAT), workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray y =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS,
                        DataType.FLOAT,
                        new long[] {x.size(0), x.size(1)},
                        'c');
        int vector = (int) y.length();
        int pixels = (int) (x.length() / vector);
        FloatBuffer from = Floats.of(x);
        FloatBuffer to = Floats.of(y);
        Rows.chunks(
                vector,
                (start, end) -> {
                    float[] sum = new float[end - start];
                    float[] a = new float[end - start];
                    for (int p = 0; p < pixels; p++) {
                        from.get(p * vector + start, a);
                        Rows.add(sum, a, a.length);
                    }
                    Rows.scale(sum, 1f / pixels, sum.length);
                    to.put(start, sum);
                });
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        if (isStock()) {
            return super.backpropGradient(epsilon, workspaceMgr);
        }
        INDArray e = epsilon.castTo(DataType.FLOAT);
        INDArray dy = Floats.dense(e) ? e : workspaceMgr.dup(ArrayType.BP_WORKING_MEM, e, 'c');
        INDArray dx = Pixels.create(workspaceMgr, ArrayType.ACTIVATION_GRAD, input.shape());
        int vector = (int) dy.length();
        int pixels = (int) (dx.length() / vector);
        FloatBuffer from = Floats.of(dy);
        FloatBuffer to = Floats.of(dx);
        Rows.chunks(
                vector,
                (start, end) -> {
                    float[] d = new float[end - start];
                    from.get(start, d);
                    Rows.scale(d, 1f / pixels, d.length);
                    for (int p = 0; p < pixels; p++) {
                        to.put(p * vector + start, d);
                    }
                });
        return new Pair<>(
                new DefaultGradient(),
                Pixels.release(dx, pixelEpsilon, workspaceMgr, ArrayType.ACTIVATION_GRAD));
    }
}
