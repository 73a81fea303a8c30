package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Puts a learned token before each sequence, which a vision transformer reads its answer from:
 * [batch, tokens, width] to [batch, 1 + tokens, width]. The parameter is {@code "W"} [width];
 * weight decay does not apply.
 */
public final class ClassToken extends VectorLayer {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link Builder}. */
    ClassToken() {}

    private ClassToken(Builder builder) {
        super(builder);
    }

    @Override
    ParameterRuntime<?> runtime(NeuralNetConfiguration conf, DataType dataType) {
        return new ClassTokenRuntime(conf, dataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        if (inputType instanceof InputType.InputTypeRecurrent r && r.getSize() == nOut) {
            return InputType.recurrent(nOut, r.getTimeSeriesLength() + 1, RNNFormat.NWC);
        }
        throw new DL4JInvalidConfigException(
                "Layer \""
                        + getLayerName()
                        + "\" takes InputType.recurrent("
                        + nOut
                        + ", tokens, RNNFormat.NWC), got "
                        + inputType);
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof ClassToken;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassToken && super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    /** Settings of a {@link ClassToken}; nOut (width) is required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        /** A token of no width yet. */
        public Builder() {
            activation(new ActivationIdentity());
        }

        @Override
        public ClassToken build() {
            if (nOut < 1) {
                throw new DL4JInvalidConfigException("nOut must be at least 1, got " + nOut);
            }
            nIn = nOut;
            return new ClassToken(this);
        }
    }
}
