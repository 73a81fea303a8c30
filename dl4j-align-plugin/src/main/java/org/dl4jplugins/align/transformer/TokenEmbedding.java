package org.dl4jplugins.align.transformer;

import java.util.Collection;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks up one vector per token: ids [batch, time] to vectors [batch, time, nOut].
 *
 * <p>The parameter is {@code "W"} [nIn, nOut] in 'c' order, as in Hugging Face's files, with nIn
 * the size of the vocabulary. Ids may have any numeric type; one outside the vocabulary is refused.
 * Where a feature mask is zero, any number may stand instead of an id: the vector is zero. The
 * padding index takes no gradient, as in PyTorch, and starts as zeros. Models with several
 * vocabularies (words and token types in BERT) add the outputs of several such layers.
 *
 * <p>Dropout and weight noise do not apply to ids: set dropout on the layer above.
 *
 * <pre>{@code
 * new TokenEmbedding.Builder().nIn(30522).nOut(384).paddingIndex(0).build()
 * }</pre>
 */
public final class TokenEmbedding extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private int paddingIndex = -1;
    private double scale = 1;

    /** For reading JSON; use {@link Builder}. */
    TokenEmbedding() {}

    private TokenEmbedding(Builder builder) {
        super(builder);
        paddingIndex = builder.paddingIndex;
        scale = builder.scale;
        initializeConstraints(builder);
    }

    /**
     * The id of the padding token.
     *
     * @return the id, or -1 for none
     */
    public int getPaddingIndex() {
        return paddingIndex;
    }

    /**
     * Sets the id of the padding token; for reading JSON.
     *
     * @param paddingIndex the id, or -1 for none
     */
    public void setPaddingIndex(int paddingIndex) {
        this.paddingIndex = paddingIndex;
    }

    /**
     * What the vectors are multiplied by.
     *
     * @return 1 by default
     */
    public double getScale() {
        return scale;
    }

    /**
     * Sets what the vectors are multiplied by; for reading JSON.
     *
     * @param scale the factor
     */
    public void setScale(double scale) {
        this.scale = scale;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        LayerValidation.assertNInNOutSet("TokenEmbedding", getLayerName(), layerIndex, nIn, nOut);
        WholeNumbers.check(networkDataType, nIn, "Layer \"" + getLayerName() + "\"");
        TokenEmbeddingRuntime layer = new TokenEmbeddingRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new TableParams(nIn, paddingIndex);
    }

    /** [batch, time] of ids, given as recurrent or feed-forward type, to [batch, time, nOut]. */
    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        if (inputType instanceof InputType.InputTypeRecurrent r) {
            return InputType.recurrent(nOut, r.getTimeSeriesLength(), RNNFormat.NWC);
        }
        if (inputType instanceof InputType.InputTypeFeedForward f) {
            return InputType.recurrent(nOut, f.getSize(), RNNFormat.NWC);
        }
        throw new DL4JInvalidConfigException(
                "Layer \""
                        + getLayerName()
                        + "\" takes InputType.feedForward(time) or InputType.recurrent(1, time),"
                        + " got "
                        + inputType);
    }

    /** Does nothing: an input type does not say how large the vocabulary is. */
    @Override
    public void setNIn(InputType inputType, boolean override) {}

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        return LastAxis.memory(this, inputType);
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof TokenEmbedding;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenEmbedding layer
                && super.equals(other)
                && layer.paddingIndex == paddingIndex
                && Double.compare(layer.scale, scale) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * super.hashCode() + paddingIndex) + Double.hashCode(scale);
    }

    @Override
    public String toString() {
        return "TokenEmbedding(paddingIndex="
                + paddingIndex
                + ", scale="
                + scale
                + ", "
                + super.toString()
                + ")";
    }

    /** Settings of a {@link TokenEmbedding}; nIn (vocabulary) and nOut (width) are required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private int paddingIndex = -1;
        private double scale = 1;

        /** No padding index, scale 1. */
        public Builder() {
            activation(new ActivationIdentity());
        }

        /**
         * Sets the id of the padding token.
         *
         * @param paddingIndex the id, or -1 for none, which is the default
         * @return this
         */
        public Builder paddingIndex(int paddingIndex) {
            this.paddingIndex = paddingIndex;
            return this;
        }

        /**
         * Sets what the vectors are multiplied by.
         *
         * @param scale 1 by default
         * @return this
         */
        public Builder scale(double scale) {
            this.scale = scale;
            return this;
        }

        @Override
        public TokenEmbedding build() {
            if (nIn < 1 || nOut < 1) {
                throw new DL4JInvalidConfigException(
                        "nIn (vocabulary) and nOut (width) must be at least 1, got "
                                + nIn
                                + " and "
                                + nOut);
            }
            if (paddingIndex < -1 || paddingIndex >= nIn) {
                throw new DL4JInvalidConfigException(
                        "paddingIndex must be -1 (none) or from 0 to nIn - 1 = "
                                + (nIn - 1)
                                + ", got "
                                + paddingIndex);
            }
            if (!Double.isFinite(scale) || scale == 0) {
                throw new DL4JInvalidConfigException(
                        "scale must be finite and not 0, got " + scale);
            }
            return new TokenEmbedding(this);
        }
    }
}
