package org.dl4jplugins.align.transformer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's {@link RecurrentAttentionLayer} with a correct backward pass.
 *
 * <p>In DL4J 1.0.0-M2.1 the stock layer hands on exactly twice the gradient, to its own parameters
 * and to all layers below; this one halves it. All else is the stock layer's.
 *
 * @see SelfAttentionRepair
 */
public final class RecurrentAttention extends RecurrentAttentionLayer {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link #of}. */
    RecurrentAttention() {
        super(new RecurrentAttentionLayer.Builder().nHeads(1));
    }

    /**
     * The same layer with a correct backward pass.
     *
     * @param layer a stock layer, which is not changed
     * @return a copy with all settings
     */
    public static RecurrentAttention of(RecurrentAttentionLayer layer) {
        return StockCopy.of(layer, RecurrentAttention.class);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        super.setNIn(inputType, override);
        setLayerParams(null); // they were shaped for another input
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        Layer layer = new HalvedRuntime(conf, networkDataType);
        return StockCopy.set(layer, conf, layerIndex, layerParamsView, initializeParams);
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof RecurrentAttention;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecurrentAttention && super.equals(other);
    }

    /** Of the settings; the stock layer's includes the identity of arrays. */
    @Override
    public int hashCode() {
        return Objects.hash(
                getLayerName(),
                getNIn(),
                getNOut(),
                getNHeads(),
                getHeadSize(),
                isProjectInput(),
                getActivation());
    }
}
