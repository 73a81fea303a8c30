package org.dl4jplugins.core.testing;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pools over time as if no step were masked. */
public final class MaskBlindPooling extends GlobalPoolingLayer {
    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType type) {
        var layer =
                new org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer(conf, type) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public Pair<INDArray, MaskState> feedForwardMaskArray(
                            INDArray mask, MaskState state, int minibatch) {
                        return new Pair<>(null, null);
                    }

                    @Override
                    public void setMaskArray(INDArray mask) {
                        // that is the fault
                    }
                };
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setConf(conf);
        return layer;
    }
}
