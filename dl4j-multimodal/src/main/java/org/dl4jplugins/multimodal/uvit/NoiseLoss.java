package org.dl4jplugins.multimodal.uvit;

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
 * Mean squared error of a predicted noise, an output layer without parameters on arrays of any rank
 * from 2 on; {@code graph.output} gives the prediction.
 *
 * <p>The loss of an example is the weight times the mean over its elements of {@code (prediction -
 * label)^2}, the loss of a batch the mean over its examples. A label mask weights them further: an
 * example by a mask [batch, 1], the second axis (the tokens of a sequence) by a mask [batch,
 * tokens]. Its values are factors of any size from 0 on, not normalized, so a row of zeros leaves
 * an example out and the sum of a batch's losses is exactly as given. Feature masks do not count.
 */
public final class NoiseLoss extends NoParamLayer {
    private static final long serialVersionUID = 1L;

    private double weight = 1;

    /** For reading JSON; use {@link Builder}. */
    NoiseLoss() {}

    private NoiseLoss(Builder builder) {
        super(builder);
        weight = builder.weight;
    }

    /**
     * Factor of the loss.
     *
     * @return 1 by default
     */
    public double getWeight() {
        return weight;
    }

    /**
     * Sets the factor of the loss; for reading JSON.
     *
     * @param weight at least 0
     */
    public void setWeight(double weight) {
        this.weight = weight;
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        NoiseLossRuntime layer = new NoiseLossRuntime(conf, networkDataType);
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
        return new LayerMemoryReport.Builder(getLayerName(), getClass(), inputType, inputType)
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoiseLoss layer
                && super.equals(other)
                && Double.compare(layer.weight, weight) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), weight);
    }

    @Override
    public String toString() {
        return "NoiseLoss(weight=" + weight + ")";
    }

    /** Settings of a {@link NoiseLoss}. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder
            extends org.deeplearning4j.nn.conf.layers.Layer.Builder<Builder> {
        private double weight = 1;

        /**
         * Sets the factor of the loss.
         *
         * @param weight at least 0, 1 by default
         * @return this
         */
        public Builder weight(double weight) {
            this.weight = weight;
            return this;
        }

        @Override
        public NoiseLoss build() {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new DL4JInvalidConfigException("weight must be at least 0, got " + weight);
            }
            return new NoiseLoss(this);
        }
    }
}
