package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Computes {@link LayerNorm} and {@link RMSNorm}; a forward pass keeps mean and scale per row, and
 * its input, or its output where that was written over the input.
 */
final class NormRuntime extends FreezableRuntime<WidthNorm> {
    private static final long serialVersionUID = 1L;

    private transient NormKernel statistics;
    private transient boolean overwritten;

    NormRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        statistics = null;
        overwritten = false;
    }

    @Override
    public void clear() {
        super.clear();
        statistics = null;
        overwritten = false;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        if (overwritten) {
            throw new IllegalStateException(
                    layerId() + ": the input was overwritten by the output; set inPlace(false)");
        }
        applyDropOutIfNecessary(training, workspaceMgr);
        LastAxis.check(input, layerConf().getNOut(), this::layerId);
        INDArray x = dense(input, workspaceMgr, ArrayType.FF_WORKING_MEM);
        if (FloatRows.fit(x)) {
            return byKernel(x, training, workspaceMgr);
        }
        INDArray y = create(workspaceMgr, ArrayType.ACTIVATIONS, x.shape());
        INDArray rows = LastAxis.matrix(y);
        rows.assign(normalized(LastAxis.matrix(x)).muliRowVector(getParam(NormParams.GAIN)));
        if (layerConf().centers()) {
            rows.addiRowVector(getParam(NormParams.BIAS));
        }
        return y;
    }

    private INDArray byKernel(INDArray x, boolean training, LayerWorkspaceMgr workspaceMgr) {
        statistics = kernel(x);
        float[] shift =
                layerConf().centers()
                        ? FloatRows.values(getParam(NormParams.BIAS))
                        : new float[(int) x.size(-1)];
        if (training
                && layerConf().isInPlace()
                && inputModificationAllowed
                && x == input
                && InPlace.allowed(x, workspaceMgr)) {
            float[] gain = FloatRows.values(getParam(NormParams.GAIN));
            NormOutput kept = NormOutput.of(gain, shift, (int) (x.length() / x.size(-1)));
            statistics.overwrite(kept);
            overwritten = kept != null;
        }
        INDArray y = overwritten ? x : create(workspaceMgr, ArrayType.ACTIVATIONS, x.shape());
        statistics.forward(x, y, shift);
        return y;
    }

    private NormKernel kernel(INDArray x) {
        return new NormKernel(
                (int) (x.length() / x.size(-1)),
                FloatRows.values(getParam(NormParams.GAIN)),
                layerConf().centers(),
                (float) layerConf().getEps());
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray x = dense(input, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dy = dense(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dx = create(workspaceMgr, ArrayType.ACTIVATION_GRAD, x.shape());
        Gradient gradient = new DefaultGradient();
        INDArray dg = isFrozen() ? null : gradientViews.get(NormParams.GAIN);
        INDArray db = isFrozen() ? null : gradientViews.get(NormParams.BIAS);
        if (FloatRows.fit(x, dy, dx)) {
            if (statistics == null) {
                statistics = kernel(x);
                statistics.measure(x);
            }
            statistics.backward(x, dy, dx, dg, db);
        } else {
            byNd4j(LastAxis.matrix(x), LastAxis.matrix(dy), LastAxis.matrix(dx), dg, db);
        }
        if (dg != null) {
            gradient.setGradientFor(NormParams.GAIN, dg);
        }
        if (db != null) {
            gradient.setGradientFor(NormParams.BIAS, db);
        }
        return new Pair<>(gradient, backpropDropOutIfPresent(dx));
    }

    private void byNd4j(INDArray x, INDArray dy, INDArray dx, INDArray dg, INDArray db) {
        INDArray normal = normalized(x);
        if (dg != null) {
            dg.assign(dy.mul(normal).sum(0));
        }
        if (db != null) {
            db.assign(dy.sum(0));
        }
        INDArray scaled = dy.mulRowVector(getParam(NormParams.GAIN));
        INDArray projection = scaled.mul(normal).mean(true, 1);
        dx.assign(scaled.sub(normal.mulColumnVector(projection)));
        if (layerConf().centers()) {
            dx.subiColumnVector(scaled.mean(true, 1));
        }
        dx.muliColumnVector(scale(x));
    }

    private INDArray normalized(INDArray x) {
        INDArray centered = layerConf().centers() ? x.subColumnVector(x.mean(true, 1)) : x.dup();
        return centered.muliColumnVector(scale(x));
    }

    /** 1 / sqrt(variance + eps), or of the mean square; [rows, 1]. */
    private INDArray scale(INDArray x) {
        INDArray centered = layerConf().centers() ? x.subColumnVector(x.mean(true, 1)) : x;
        INDArray square = centered.mul(centered).mean(true, 1).addi(layerConf().getEps());
        return Transforms.sqrt(square, false).rdivi(1);
    }

    @Override
    public boolean hasBias() {
        return layerConf().centers();
    }
}
