package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.dl4jplugins.align.transformer.Freezable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A running layer with vectors as parameters.
 *
 * @param <C> its settings
 */
abstract class ParameterRuntime<C extends org.deeplearning4j.nn.conf.layers.BaseLayer>
        extends BaseLayer<C> implements Freezable {
    private static final long serialVersionUID = 1L;

    private boolean frozen;

    ParameterRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
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
    public final void setParams(INDArray params) {
        if (params != paramsFlattened) {
            setParams(params, 'c');
        }
    }

    /** Sets a parameter's gradient unless the layer is frozen. */
    final void put(Gradient gradient, String key, INDArray value) {
        if (!frozen) {
            INDArray view = gradientViews.get(key);
            view.assign(value.reshape(view.shape()));
            gradient.setGradientFor(key, view);
        }
    }

    @Override
    public final boolean hasBias() {
        return false;
    }

    @Override
    public final boolean isPretrainLayer() {
        return false;
    }
}
