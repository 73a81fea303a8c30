package org.dl4jplugins.align.transformer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.RepeatableBackward;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes {@link SelfAttention} and {@link LearnedSelfAttention} without SameDiff, whose class
 * only keeps the parameters here.
 */
final class ProjectedAttentionRuntime extends SameDiffLayer implements RepeatableBackward {
    private static final long serialVersionUID = 1L;

    private static final String QUERIES = "Q";

    ProjectedAttentionRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        return workspaceMgr.dup(ArrayType.ACTIVATIONS, attention().output(), 'c');
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        ProjectedAttention attention = attention();
        Map<String, INDArray> parts = new LinkedHashMap<>();
        INDArray dx = attention.backward(epsilon.castTo(dataType), parts);
        Gradient gradient = new DefaultGradient();
        INDArray dQueries = parts.remove(QUERIES);
        if (paramTable.containsKey(QUERIES)) {
            parts.put(QUERIES, dQueries.sum(true, 0));
        } else {
            dx.addi(dQueries);
        }
        for (Map.Entry<String, INDArray> part : parts.entrySet()) {
            INDArray view = gradTable.get(part.getKey());
            view.assign(part.getValue().reshape('c', view.shape()));
            gradient.setGradientFor(part.getKey(), view, 'c');
        }
        return new Pair<>(gradient, workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, dx, 'c'));
    }

    private ProjectedAttention attention() {
        INDArray x = input.castTo(dataType);
        INDArray learned = paramTable.get(QUERIES);
        INDArray queries = learned == null ? x : learned.repeat(0, x.size(0));
        INDArray mask = maskArray == null ? null : maskArray.castTo(dataType);
        return new ProjectedAttention(queries, x, mask, paramTable);
    }

    /** The stock layer checks the value's shape only. */
    @Override
    public void setParam(String key, INDArray value) {
        super.setParam(key, value);
        paramTable.get(key).assign(value);
    }
}
