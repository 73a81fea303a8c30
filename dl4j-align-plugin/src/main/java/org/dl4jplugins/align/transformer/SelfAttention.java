package org.dl4jplugins.align.transformer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's {@link SelfAttentionLayer} with a correct backward pass.
 *
 * <p>In DL4J 1.0.0-M2.1 the stock layer, like everything that SameDiff differentiates there, hands
 * on twice the gradient, to its own parameters and to all layers below. This one has the same
 * settings, parameters ("Wq", "Wk", "Wv" [heads, headSize, nIn], "Wo" [heads * headSize, nOut]),
 * layout ([batch, width, time], NCW), masks and outputs.
 *
 * <pre>{@code
 * SelfAttention.of(new SelfAttentionLayer.Builder().nOut(64).nHeads(4).projectInput(true).build())
 * }</pre>
 *
 * @see SelfAttentionRepair
 */
public final class SelfAttention extends SelfAttentionLayer {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link #of}. */
    SelfAttention() {
        super(new SelfAttentionLayer.Builder().nHeads(1));
    }

    /**
     * The same layer with a correct backward pass.
     *
     * @param layer a stock layer, which is not changed
     * @return a copy with all settings
     */
    public static SelfAttention of(SelfAttentionLayer layer) {
        return StockCopy.of(layer, SelfAttention.class);
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
        Layer layer = new ProjectedAttentionRuntime(conf, networkDataType);
        return StockCopy.set(layer, conf, layerIndex, layerParamsView, initializeParams);
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof SelfAttention;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SelfAttention && super.equals(other);
    }

    /** Of the settings; the stock layer's includes the identity of arrays. */
    @Override
    public int hashCode() {
        return Objects.hash(
                getLayerName(), getNIn(), getNOut(), getNHeads(), getHeadSize(), isProjectInput());
    }
}
