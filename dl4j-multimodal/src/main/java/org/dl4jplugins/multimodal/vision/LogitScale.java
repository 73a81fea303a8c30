package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.ConstantDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Multiplies by a learned number, one over CLIP's temperature: {@code x * exp(W)} for x of any
 * shape. The parameter {@code "W"} [1] is the number's logarithm; weight decay does not apply.
 */
public final class LogitScale extends VectorLayer {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link Builder}. */
    LogitScale() {}

    private LogitScale(Builder builder) {
        super(builder);
    }

    @Override
    ParameterRuntime<?> runtime(NeuralNetConfiguration conf, DataType dataType) {
        return new LogitScaleRuntime(conf, dataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return inputType;
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof LogitScale;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogitScale && super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    /** Settings of a {@link LogitScale}. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private double temperature = 0.07;

        /** Temperature 0.07 at first, as CLIP. */
        public Builder() {
            activation(new ActivationIdentity());
        }

        /**
         * Sets the temperature that training starts with.
         *
         * @param temperature more than 0, 0.07 by default
         * @return this
         */
        public Builder temperature(double temperature) {
            this.temperature = temperature;
            return this;
        }

        @Override
        public LogitScale build() {
            if (!(temperature > 0 && Double.isFinite(temperature))) {
                throw new DL4JInvalidConfigException(
                        "temperature must be more than 0, got " + temperature);
            }
            nIn = 1;
            nOut = 1;
            weightInit(new ConstantDistribution(-Math.log(temperature)));
            return new LogitScale(this);
        }
    }
}
