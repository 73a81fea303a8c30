package org.dl4jplugins.align.transformer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's {@link LearnedSelfAttentionLayer}, working: learned queries attend to the input.
 *
 * <p>In DL4J 1.0.0-M2.1 the stock layer fails in its forward pass (wrong arguments of
 * scatter_update). This one has the same settings, parameters ("Q" [1, nIn, nQueries], "Wq", "Wk",
 * "Wv" [heads, headSize, nIn], "Wo" [heads * headSize, nOut]) and layout: [batch, nIn, time] to
 * [batch, nOut, nQueries]. The mask ends here.
 *
 * @see SelfAttentionRepair
 */
public final class LearnedSelfAttention extends LearnedSelfAttentionLayer {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link #of}. */
    LearnedSelfAttention() {
        super(new LearnedSelfAttentionLayer.Builder().nHeads(1));
    }

    /**
     * The same layer, working.
     *
     * @param layer a stock layer, which is not changed
     * @return a copy with all settings
     */
    public static LearnedSelfAttention of(LearnedSelfAttentionLayer layer) {
        return StockCopy.of(layer, LearnedSelfAttention.class);
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
        return other instanceof LearnedSelfAttention;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LearnedSelfAttention && super.equals(other);
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
                getNQueries());
    }
}
