package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer of SameDiff without the factor 2 that DL4J 1.0.0-M2.1 puts on its gradients. */
final class HalvedRuntime extends SameDiffLayer {
    private static final long serialVersionUID = 1L;

    HalvedRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        Pair<Gradient, INDArray> doubled = super.backpropGradient(epsilon, workspaceMgr);
        if (gradients != null) {
            gradients.muli(0.5);
        }
        doubled.getSecond().muli(0.5);
        return doubled;
    }

    /** The stock layer checks the value's shape only. */
    @Override
    public void setParam(String key, INDArray value) {
        super.setParam(key, value);
        paramTable.get(key).assign(value);
    }
}
