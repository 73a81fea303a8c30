package org.dl4jplugins.align.transformer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax cross-entropy against token ids: an output layer without parameters on logits [batch,
 * time, vocabulary] (or [batch, classes]), with labels [batch, time] (or [batch, 1]) of ids.
 *
 * <p>{@code graph.output} gives the logits. A label does not count where the label mask [batch,
 * time] is 0 or where it is the ignore index; without label mask, the feature mask that arrives
 * counts instead. Labels stand at the time of the logits that predict them: shift the ids of a
 * causal model by one. A batch in which no label counts is refused, and so is a label that is no
 * id. Values between 0 and 1 in the mask weight the tokens. Dropout does not apply to logits.
 *
 * <p>With {@link Reduction#TOKEN_MEAN} score and gradient are those of the mean over the tokens of
 * the whole batch, as in PyTorch and Hugging Face, also after DL4J has divided the gradient by the
 * batch size; {@link Reduction#EXAMPLE_SUM} is DL4J's own convention for time series.
 */
public final class TokenLossLayer extends NoParamLayer {
    private static final long serialVersionUID = 1L;

    /** How the losses of the tokens become one number. */
    public enum Reduction {
        /** The mean over all tokens of the batch that count. */
        TOKEN_MEAN,
        /** The sum over the tokens of each example, and the mean over the examples. */
        EXAMPLE_SUM
    }

    private Reduction reduction = Reduction.TOKEN_MEAN;
    private int ignoreIndex = -100;
    private double labelSmoothing;

    /** For reading JSON; use {@link Builder}. */
    TokenLossLayer() {}

    private TokenLossLayer(Builder builder) {
        super(builder);
        reduction = builder.reduction;
        ignoreIndex = builder.ignoreIndex;
        labelSmoothing = builder.labelSmoothing;
    }

    /**
     * How the losses of the tokens become one number.
     *
     * @return {@link Reduction#TOKEN_MEAN} by default
     */
    public Reduction getReduction() {
        return reduction;
    }

    /**
     * Sets how the losses of the tokens become one number; for reading JSON.
     *
     * @param reduction the reduction
     */
    public void setReduction(Reduction reduction) {
        this.reduction = reduction;
    }

    /**
     * The label that does not count.
     *
     * @return -100 by default
     */
    public int getIgnoreIndex() {
        return ignoreIndex;
    }

    /**
     * Sets the label that does not count; for reading JSON.
     *
     * @param ignoreIndex the label
     */
    public void setIgnoreIndex(int ignoreIndex) {
        this.ignoreIndex = ignoreIndex;
    }

    /**
     * The probability spread evenly over the vocabulary.
     *
     * @return 0 by default
     */
    public double getLabelSmoothing() {
        return labelSmoothing;
    }

    /**
     * Sets the probability spread evenly over the vocabulary; for reading JSON.
     *
     * @param labelSmoothing from 0 to below 1
     */
    public void setLabelSmoothing(double labelSmoothing) {
        this.labelSmoothing = labelSmoothing;
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        TokenLossRuntime layer = new TokenLossRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        return layer;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return LastAxis.withWidth(
                getLayerName(), inputType, LastAxis.width(getLayerName(), inputType));
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        return new LayerMemoryReport.Builder(
                        getLayerName(),
                        TokenLossLayer.class,
                        inputType,
                        getOutputType(-1, inputType))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenLossLayer layer
                && super.equals(other)
                && layer.reduction == reduction
                && layer.ignoreIndex == ignoreIndex
                && Double.compare(layer.labelSmoothing, labelSmoothing) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), reduction, ignoreIndex, labelSmoothing);
    }

    @Override
    public String toString() {
        return "TokenLossLayer("
                + reduction
                + ", ignoreIndex="
                + ignoreIndex
                + ", labelSmoothing="
                + labelSmoothing
                + ")";
    }

    /** Settings of a {@link TokenLossLayer}. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder
            extends org.deeplearning4j.nn.conf.layers.Layer.Builder<Builder> {
        private Reduction reduction = Reduction.TOKEN_MEAN;
        private int ignoreIndex = -100;
        private double labelSmoothing;

        /**
         * Sets how the losses of the tokens become one number.
         *
         * @param reduction {@link Reduction#TOKEN_MEAN} by default
         * @return this
         */
        public Builder reduction(Reduction reduction) {
            this.reduction = reduction;
            return this;
        }

        /**
         * Sets the label that does not count.
         *
         * @param ignoreIndex -100 by default; an id of the vocabulary is possible
         * @return this
         */
        public Builder ignoreIndex(int ignoreIndex) {
            this.ignoreIndex = ignoreIndex;
            return this;
        }

        /**
         * Sets the probability that is taken from the label and spread evenly over the vocabulary.
         *
         * @param labelSmoothing 0 by default
         * @return this
         */
        public Builder labelSmoothing(double labelSmoothing) {
            this.labelSmoothing = labelSmoothing;
            return this;
        }

        @Override
        public TokenLossLayer build() {
            if (reduction == null) {
                throw new DL4JInvalidConfigException(
                        "reduction must be TOKEN_MEAN or EXAMPLE_SUM, got null");
            }
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw new DL4JInvalidConfigException(
                        "labelSmoothing must be from 0 to below 1, got " + labelSmoothing);
            }
            return new TokenLossLayer(this);
        }
    }
}
