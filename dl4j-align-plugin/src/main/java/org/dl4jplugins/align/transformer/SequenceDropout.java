package org.dl4jplugins.align.transformer;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dropout of activations of any rank that lets masks pass; the stock layer multiplies by a mask
 * [batch, time] as if activations were a matrix.
 */
public final class SequenceDropout extends DropoutLayer {
    private static final long serialVersionUID = 1L;

    /** For reading JSON. */
    SequenceDropout() {}

    /**
     * Inverted dropout.
     *
     * @param retain probability of keeping an activation, above 0 and at most 1; those kept are
     *     divided by it
     * @throws IllegalArgumentException if the probability is out of range
     */
    public SequenceDropout(double retain) {
        super(checked(retain));
    }

    private static double checked(double retain) {
        if (!(retain > 0 && retain <= 1)) {
            throw new IllegalArgumentException(
                    "retain is " + retain + ", must be above 0 and at most 1");
        }
        return retain;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        SequenceDropoutRuntime layer = new SequenceDropoutRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof SequenceDropout;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SequenceDropout && super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode() + 1;
    }
}
