package org.dl4jplugins.align.lora;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.FusedActivation;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.align.transformer.TokenIds;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes the layers of {@link EmbeddingKind}. */
class EmbeddingLoraRuntime extends LoraRuntime {
    private static final long serialVersionUID = 1L;
    private static final String W = DefaultParamInitializer.WEIGHT_KEY;
    private static final String B = DefaultParamInitializer.BIAS_KEY;

    private final transient FusedActivation activation;

    EmbeddingLoraRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
        activation = new FusedActivation(table().getActivationFn());
    }

    private FeedForwardLayer table() {
        return (FeedForwardLayer) layerConf().getUnderlying();
    }

    @Override
    public Type type() {
        return table() instanceof EmbeddingLayer ? Type.FEED_FORWARD : Type.RECURRENT;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        activation.clear();
    }

    @Override
    public void clear() {
        super.clear();
        activation.clear();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
        EmbeddingRows ids = ids(false);
        INDArray rows = preOutput(ids, ArrayType.ACTIVATIONS, mgr);
        activation.apply(rows, training, mgr);
        ids.zeroMasked(rows);
        long width = rows.size(1);
        if (table() instanceof EmbeddingLayer) {
            return rows;
        }
        INDArray out = rows.reshape('c', ids.ids().batch(), ids.ids().time(), width);
        return channelsFirst() ? mgr.dup(ArrayType.ACTIVATIONS, out.permute(0, 2, 1), 'c') : out;
    }

    /** [tokens, width] before the activation function. */
    private INDArray preOutput(EmbeddingRows ids, ArrayType type, LayerWorkspaceMgr mgr) {
        INDArray w = base(W);
        long tokens = ids.ids().size();
        INDArray rows =
                mgr.createUninitialized(type, dataType, new long[] {tokens, w.size(1)}, 'c');
        ids.gather(w, rows);
        double gamma = gamma(W);
        for (LoraIncrement i : layerConf().getIncrements()) {
            double factor = gamma * strength(i);
            if (factor != 0) {
                INDArray xa = xa(ids, i, ArrayType.FF_WORKING_MEM, mgr);
                Gemm.multiply(false, xa.muli(factor), false, getParam(i.keyB()), 1, rows);
            }
        }
        if (table() instanceof TokenEmbedding tokensTable && tokensTable.getScale() != 1) {
            rows.muli(tokensTable.getScale());
        }
        if (hasBias()) {
            rows.addiRowVector(base(B));
        }
        return rows;
    }

    /** A[id] of each token, [tokens, rank]. */
    private INDArray xa(EmbeddingRows ids, LoraIncrement i, ArrayType type, LayerWorkspaceMgr mgr) {
        long[] shape = {ids.ids().size(), i.getRank()};
        INDArray xa = mgr.createUninitialized(type, dataType, shape, 'c');
        ids.gather(getParam(i.keyA()), xa);
        return xa;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
        if (layerConf().getIncrements().isEmpty() && gradientView(B) == null) {
            return new Pair<>(gradients(), null);
        }
        EmbeddingRows ids = ids(true);
        INDArray delta = delta(epsilon, ids, mgr);
        INDArray db = gradientView(B);
        if (db != null) {
            FusedActivation.sumRows(delta, db);
        }
        if (table() instanceof TokenEmbedding tokens && tokens.getScale() != 1) {
            delta = mgr.dup(ArrayType.BP_WORKING_MEM, delta, 'c').muli(tokens.getScale());
        }
        double gamma = gamma(W);
        double byGamma = 0;
        for (LoraIncrement i : layerConf().getIncrements()) {
            byGamma += backward(i, ids, delta, gamma, mgr);
        }
        scoreGradient(W, byGamma);
        return new Pair<>(gradients(), null);
    }

    /** Gradients of one increment; returns the derivative with respect to gamma. */
    private double backward(
            LoraIncrement i,
            EmbeddingRows ids,
            INDArray delta,
            double gamma,
            LayerWorkspaceMgr mgr) {
        double strength = strength(i);
        INDArray xa = xa(ids, i, ArrayType.BP_WORKING_MEM, mgr);
        ids.zeroMasked(xa);
        INDArray dxa = mgr.createUninitialized(ArrayType.BP_WORKING_MEM, dataType, xa.shape(), 'c');
        Gemm.multiply(false, delta, true, getParam(i.keyB()), 0, dxa);
        double byGamma =
                layerConf().isScores() ? strength * xa.mul(dxa).sumNumber().doubleValue() : 0;
        INDArray da = gradientView(i.keyA());
        if (da != null) {
            int padding = table() instanceof TokenEmbedding tokens ? tokens.getPaddingIndex() : -1;
            ids.scatter(dxa.muli(gamma * strength), padding, da);
        }
        INDArray db = gradientView(i.keyB());
        if (db != null) {
            Gemm.multiply(true, xa, false, delta, 0, db);
            db.muli(gamma * strength);
        }
        return byGamma;
    }

    /** The gradient with respect to the sums, zero for masked tokens, [tokens, width]. */
    private INDArray delta(INDArray epsilon, EmbeddingRows ids, LayerWorkspaceMgr mgr) {
        INDArray last = epsilon.castTo(dataType);
        if (epsilon.rank() == 3 && channelsFirst()) {
            last = last.permute(0, 2, 1);
        }
        INDArray rows =
                mgr.dup(ArrayType.BP_WORKING_MEM, last, 'c')
                        .reshape('c', ids.ids().size(), table().getNOut());
        ids.zeroMasked(rows);
        return activation.delta(rows, () -> preOutput(ids, ArrayType.BP_WORKING_MEM, mgr), mgr);
    }

    private EmbeddingRows ids(boolean backward) {
        assertInputSet(backward);
        INDArray ids = input;
        INDArray mask = maskArray;
        if (table() instanceof EmbeddingLayer) {
            long length = ids.length();
            if (ids.rank() > 2
                    || ids.rank() == 2 && ids.size(0) != length && ids.size(1) != length) {
                throw new DL4JInvalidInputException(
                        "Expected ids [batch, 1], got shape "
                                + java.util.Arrays.toString(ids.shape())
                                + " "
                                + layerId());
            }
            ids = ids.reshape('c', length, 1);
            mask = mask == null ? null : mask.reshape('c', length, 1);
        } else if (table() instanceof EmbeddingSequenceLayer && ids.rank() == 3) {
            ids = ids.permute(0, 2, 1);
        }
        String reader = "Layer \"" + layerConf().getLayerName() + "\"";
        return new EmbeddingRows(TokenIds.read(ids, mask, table().getNIn(), reader));
    }

    private boolean channelsFirst() {
        return table() instanceof EmbeddingSequenceLayer sequence
                && sequence.getOutputFormat() == RNNFormat.NCW;
    }

    private boolean hasBias() {
        return table() instanceof EmbeddingLayer one && one.hasBias()
                || table() instanceof EmbeddingSequenceLayer many && many.hasBias();
    }
}
