package org.dl4jplugins.align.preference;

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
 * Direct preference optimization (Rafailov et al. 2023, equation 7): an output layer without
 * parameters that makes chosen answers more probable than rejected ones, compared with a reference.
 *
 * <p>A batch of n pairs has 2n rows: row i is a chosen answer, row n + i the rejected one. Logits
 * are [2n, time, vocabulary]; labels [2n, time + 1]: token ids (-100 does not count), and in the
 * last column the reference's summed log probability of the row's answer, as {@link
 * ReferenceIterator} gives it; the label mask [2n, time] marks the answers' tokens. With reward
 * {@code r = beta (log p(answer) - log p_reference(answer))} and {@code h = r_chosen - r_rejected}
 * the loss of a pair is {@code -(1 - s) log sigmoid(h) - s log sigmoid(-h)}, s the label smoothing
 * (conservative DPO); score and gradient are those of the mean over the pairs, also after DL4J has
 * divided the gradient by the number of rows. {@code graph.output} gives the logits.
 *
 * <p>Refused with {@code DL4JInvalidInputException}: an odd number of rows, a row without an answer
 * token, other shapes, a label that is no id, a reference that is not finite.
 */
public final class PreferenceLossLayer extends NoParamLayer {
    private static final long serialVersionUID = 1L;

    private double beta = 0.1;
    private double labelSmoothing;
    private boolean referenceFree;

    /** For reading JSON; use {@link Builder}. */
    PreferenceLossLayer() {}

    private PreferenceLossLayer(Builder builder) {
        super(builder);
        beta = builder.beta;
        labelSmoothing = builder.labelSmoothing;
        referenceFree = builder.referenceFree;
    }

    /**
     * How strongly the model is held to the reference.
     *
     * @return 0.1 by default
     */
    public double getBeta() {
        return beta;
    }

    /**
     * Sets how strongly the model is held to the reference; for reading JSON.
     *
     * @param beta above 0
     */
    public void setBeta(double beta) {
        this.beta = beta;
    }

    /**
     * The probability that a preference is the wrong way round.
     *
     * @return 0 by default
     */
    public double getLabelSmoothing() {
        return labelSmoothing;
    }

    /**
     * Sets the probability that a preference is the wrong way round; for reading JSON.
     *
     * @param labelSmoothing from 0 to below 0.5
     */
    public void setLabelSmoothing(double labelSmoothing) {
        this.labelSmoothing = labelSmoothing;
    }

    /**
     * Whether the reference gives both answers the same probability.
     *
     * @return false by default
     */
    public boolean isReferenceFree() {
        return referenceFree;
    }

    /**
     * Sets whether the reference gives both answers the same probability; for reading JSON.
     *
     * @param referenceFree whether no reference is used
     */
    public void setReferenceFree(boolean referenceFree) {
        this.referenceFree = referenceFree;
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        PreferenceLossRuntime layer = new PreferenceLossRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        return layer;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return inputType;
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        return new LayerMemoryReport.Builder(
                        getLayerName(),
                        PreferenceLossLayer.class,
                        inputType,
                        getOutputType(-1, inputType))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PreferenceLossLayer layer
                && super.equals(other)
                && Double.compare(layer.beta, beta) == 0
                && Double.compare(layer.labelSmoothing, labelSmoothing) == 0
                && layer.referenceFree == referenceFree;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), beta, labelSmoothing, referenceFree);
    }

    @Override
    public String toString() {
        return "PreferenceLossLayer(beta="
                + beta
                + ", labelSmoothing="
                + labelSmoothing
                + ", referenceFree="
                + referenceFree
                + ")";
    }

    /** Settings of a {@link PreferenceLossLayer}. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder
            extends org.deeplearning4j.nn.conf.layers.Layer.Builder<Builder> {
        private double beta = 0.1;
        private double labelSmoothing;
        private boolean referenceFree;

        /**
         * Sets how strongly the model is held to the reference.
         *
         * @param beta above 0 and finite, 0.1 by default
         * @return this
         */
        public Builder beta(double beta) {
            this.beta = beta;
            return this;
        }

        /**
         * Sets the probability that a preference is the wrong way round.
         *
         * @param labelSmoothing from 0 to below 0.5, 0 by default
         * @return this
         */
        public Builder labelSmoothing(double labelSmoothing) {
            this.labelSmoothing = labelSmoothing;
            return this;
        }

        /**
         * Sets whether the reference gives both answers the same probability; labels may then be
         * [2n, time].
         *
         * @param referenceFree false by default
         * @return this
         */
        public Builder referenceFree(boolean referenceFree) {
            this.referenceFree = referenceFree;
            return this;
        }

        @Override
        public PreferenceLossLayer build() {
            if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
                throw new DL4JInvalidConfigException(
                        "beta must be above 0 and finite, got " + beta);
            }
            if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
                throw new DL4JInvalidConfigException(
                        "labelSmoothing must be from 0 to below 0.5, got " + labelSmoothing);
            }
            return new PreferenceLossLayer(this);
        }
    }
}
