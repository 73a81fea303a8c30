package org.dl4jplugins.multimodal.vision;

import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * How far latents are from standard normal, an output layer: weight times the Kullback-Leibler
 * divergence of the predicted normal distributions from the standard normal one, {@code (mean^2 +
 * variance - 1 - log variance) / 2}, as a mean over the latent's elements and the batch.
 *
 * <p>The input is [batch, 2 * channels, height, width], means, then logarithms of variances, these
 * cut off at -30 and 20. {@code graph.output} gives it as it is. Labels are needed for DL4J's sake
 * only, such as zeros [batch, 1].
 */
public final class KlLoss extends VisionLayer {
    private static final long serialVersionUID = 1L;

    private double weight = 1;

    /** For reading JSON; use {@link Builder}. */
    KlLoss() {}

    private KlLoss(Builder builder) {
        super(builder);
        weight = builder.weight;
    }

    /**
     * Factor of the divergence.
     *
     * @return 1 by default
     */
    public double getWeight() {
        return weight;
    }

    /**
     * Sets the factor of the divergence; for reading JSON.
     *
     * @param weight at least 0
     */
    public void setWeight(double weight) {
        this.weight = weight;
    }

    @Override
    Layer runtime(NeuralNetConfiguration conf, DataType dataType) {
        return new KlLossRuntime(conf, dataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return inputType;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KlLoss layer
                && super.equals(other)
                && Double.compare(layer.weight, weight) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), weight);
    }

    @Override
    public String toString() {
        return "KlLoss(weight=" + weight + ")";
    }

    /** Settings of a {@link KlLoss}. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder
            extends org.deeplearning4j.nn.conf.layers.Layer.Builder<Builder> {
        private double weight = 1;

        /**
         * Sets the factor of the divergence.
         *
         * @param weight at least 0, 1 by default
         * @return this
         */
        public Builder weight(double weight) {
            this.weight = weight;
            return this;
        }

        @Override
        public KlLoss build() {
            if (!(weight >= 0 && Double.isFinite(weight))) {
                throw new DL4JInvalidConfigException("weight must be at least 0, got " + weight);
            }
            return new KlLoss(this);
        }
    }
}
