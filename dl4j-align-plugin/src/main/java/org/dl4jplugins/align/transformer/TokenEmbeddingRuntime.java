package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes {@link TokenEmbedding}.
 *
 * <p>The gradient view is zeroed as a whole at each pass, although few rows are used: an updater
 * leaves its step in the view, and listeners rewrite it, so that no row can be known to be zero.
 */
final class TokenEmbeddingRuntime extends BaseLayer<TokenEmbedding>
        implements TokenVectors, Freezable {
    private static final long serialVersionUID = 1L;

    /** How far the present backward pass has come. */
    private enum Pass {
        NOTHING_YET,
        BEGUN,
        OWNER_DONE
    }

    private boolean frozen;
    private Pass pass = Pass.NOTHING_YET;

    TokenEmbeddingRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public void setFrozen(boolean frozen) {
        this.frozen = frozen;
        if (frozen && gradientsFlattened != null) {
            gradientsFlattened.assign(0);
        }
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        super.setBackpropGradientsViewArray(gradients);
        pass = Pass.NOTHING_YET;
        setFrozen(frozen);
    }

    @Override
    public void setParams(INDArray params) {
        if (params != paramsFlattened) {
            setParams(params, 'c');
        }
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        pass = Pass.NOTHING_YET;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        TokenIds ids = ids(false);
        INDArray table = vectors();
        long width = table.size(1);
        INDArray out =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS,
                        table.dataType(),
                        new long[] {ids.batch(), ids.time(), width},
                        'c');
        Table.gather(table, ids.ids(), LastAxis.matrix(out));
        return layerConf().getScale() == 1 ? out : out.muli(layerConf().getScale());
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        Gradient gradient = new DefaultGradient();
        if (!frozen) {
            TokenIds ids = ids(true);
            INDArray delta =
                    LastAxis.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
            begin();
            add(ids, LastAxis.matrix(delta), layerConf().getScale());
            pass = Pass.OWNER_DONE;
            gradient.setGradientFor(TableParams.KEY, gradientView(), 'c');
        }
        return new Pair<>(gradient, null);
    }

    @Override
    public INDArray vectors() {
        return getParam(TableParams.KEY);
    }

    @Override
    public void addProjectionGradient(INDArray logitsGradient, INDArray hidden) {
        if (frozen) {
            return;
        }
        boolean first = pass != Pass.BEGUN;
        pass = Pass.BEGUN;
        Gemm.multiply(true, logitsGradient, false, hidden, first ? 0 : 1, gradientView());
    }

    @Override
    public void addLookupGradient(TokenIds ids, INDArray gradient, boolean afterOwner) {
        if (frozen) {
            return;
        }
        if (!afterOwner || pass == Pass.NOTHING_YET) {
            begin();
        }
        add(ids, gradient, 1);
    }

    /** Zeros the gradient if this is the first part of a pass. */
    private void begin() {
        if (pass != Pass.BEGUN) {
            Table.zero(gradientView());
            pass = Pass.BEGUN;
        }
    }

    private void add(TokenIds ids, INDArray delta, double factor) {
        int padding = layerConf().getPaddingIndex();
        Table.scatterAdd(delta, factor, ids.ids(), padding, gradientView());
    }

    private INDArray gradientView() {
        return gradientViews.get(TableParams.KEY);
    }

    private TokenIds ids(boolean backward) {
        assertInputSet(backward);
        return read(input, maskArray, "Layer \"" + layerConf().getLayerName() + "\"");
    }

    @Override
    public boolean hasBias() {
        return false;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }
}
