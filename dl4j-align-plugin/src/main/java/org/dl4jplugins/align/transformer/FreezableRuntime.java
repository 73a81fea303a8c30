package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer with parameters that works on the last axis.
 *
 * @param <C> its configuration
 */
abstract class FreezableRuntime<C extends org.deeplearning4j.nn.conf.layers.BaseLayer>
        extends BaseLayer<C> implements Freezable {
    private static final long serialVersionUID = 1L;

    private boolean frozen;

    FreezableRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    final boolean isFrozen() {
        return frozen;
    }

    @Override
    public final void setFrozen(boolean frozen) {
        this.frozen = frozen;
        if (frozen && gradientsFlattened != null) {
            gradientsFlattened.assign(0);
        }
    }

    @Override
    public final void setBackpropGradientsViewArray(INDArray gradients) {
        super.setBackpropGradientsViewArray(gradients);
        setFrozen(frozen);
    }

    @Override
    public final boolean isPretrainLayer() {
        return false;
    }

    /** The same values in the network's type, in 'c' order without gaps. */
    final INDArray dense(INDArray a, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        return LastAxis.dense(a, dataType, workspaceMgr, type);
    }

    /** A new array for activations or their gradients. */
    final INDArray create(LayerWorkspaceMgr workspaceMgr, ArrayType type, long... shape) {
        return workspaceMgr.createUninitialized(type, dataType, shape, 'c');
    }
}
