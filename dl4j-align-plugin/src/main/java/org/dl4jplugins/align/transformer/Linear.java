package org.dl4jplugins.align.transformer;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense layer on the last axis: [batch, ..., nIn] to [batch, ..., nOut], {@code y = act(x W +
 * b)}.
 *
 * <p>Parameters are {@code "W"} [nIn, nOut] in 'f' order, that is [nOut, nIn] row by row as in
 * PyTorch and in Hugging Face's files, and {@code "b"} [nOut] if it has a bias. Masks pass through
 * and are not applied. The pre-activation of a training step is kept for its backward pass, not
 * computed again.
 *
 * <pre>{@code
 * new Linear.Builder().nIn(384).nOut(1536).activation(new GeluExact()).build()
 * }</pre>
 */
public final class Linear extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private boolean hasBias = true;

    /** For reading JSON; use {@link Builder}. */
    Linear() {}

    private Linear(Builder builder) {
        super(builder);
        hasBias = builder.hasBias;
        initializeConstraints(builder);
    }

    /**
     * Whether there is a bias.
     *
     * @return true by default
     */
    public boolean isHasBias() {
        return hasBias;
    }

    /**
     * Sets whether there is a bias; for reading JSON.
     *
     * @param hasBias whether to add "b"
     */
    public void setHasBias(boolean hasBias) {
        this.hasBias = hasBias;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        LayerValidation.assertNInNOutSet("Linear", getLayerName(), layerIndex, nIn, nOut);
        LinearRuntime layer = new LinearRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new LinearParams();
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return LastAxis.withWidth(getLayerName(), inputType, nOut);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        long width = LastAxis.width(getLayerName(), inputType);
        if (nIn <= 0 || override) {
            nIn = width;
        }
    }

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
        return other instanceof Linear;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Linear layer && super.equals(other) && layer.hasBias == hasBias;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + Boolean.hashCode(hasBias);
    }

    @Override
    public String toString() {
        return "Linear(hasBias=" + hasBias + ", " + super.toString() + ")";
    }

    /** Settings of a {@link Linear}; nIn and nOut are required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private boolean hasBias = true;

        /** With a bias and the identity as activation function. */
        public Builder() {
            activation(new ActivationIdentity());
        }

        /**
         * Sets whether there is a bias.
         *
         * @param hasBias true by default
         * @return this
         */
        public Builder hasBias(boolean hasBias) {
            this.hasBias = hasBias;
            return this;
        }

        @Override
        public Linear build() {
            return new Linear(this);
        }
    }
}
