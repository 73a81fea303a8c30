package org.dl4jplugins.align.transformer;

import java.util.Collection;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
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
 * <p>With an input activation, {@code y = act(inputAct(x) W + b)}: the function of a layer below
 * moves into this one, and a training step keeps that layer's output once, not its value before and
 * after the function: a third less memory for the feed-forward layers of a transformer.
 *
 * <pre>{@code
 * new Linear.Builder().nIn(384).nOut(1536).activation(new GeluExact()).build()
 * }</pre>
 */
public final class Linear extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private boolean hasBias = true;
    private IActivation inputActivation = new ActivationIdentity();
    private boolean inPlace;

    /** For reading JSON; use {@link Builder}. */
    Linear() {}

    private Linear(Builder builder) {
        super(builder);
        hasBias = builder.hasBias;
        inputActivation = builder.inputActivation;
        inPlace = builder.inPlace;
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

    /**
     * The function of the input.
     *
     * @return the identity by default
     */
    public IActivation getInputActivation() {
        return inputActivation;
    }

    /**
     * Sets the function of the input; for reading JSON.
     *
     * @param inputActivation the identity for none
     */
    public void setInputActivation(IActivation inputActivation) {
        this.inputActivation = inputActivation;
    }

    /**
     * Whether a training step may overwrite the input.
     *
     * @return false by default
     */
    public boolean isInPlace() {
        return inPlace;
    }

    /**
     * Sets whether a training step may overwrite the input; for reading JSON.
     *
     * @param inPlace whether it may
     */
    public void setInPlace(boolean inPlace) {
        this.inPlace = inPlace;
    }

    /** Whether the layer applies a function to its input. */
    private boolean actsOnInput() {
        return !(inputActivation instanceof ActivationIdentity);
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
        requireNoDropout();
        LinearRuntime layer = new LinearRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    /**
     * Refuses dropout on the input of a layer with an input activation.
     *
     * @throws DL4JInvalidConfigException if there are both
     */
    public void requireNoDropout() {
        if (actsOnInput() && getIDropout() != null) {
            throw new DL4JInvalidConfigException(
                    "Layer \""
                            + getLayerName()
                            + "\" has inputActivation "
                            + inputActivation
                            + " and dropOut "
                            + getIDropout()
                            + "; give the layer below the activation function, and leave"
                            + " inputActivation out");
        }
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
        return other instanceof Linear layer
                && super.equals(other)
                && layer.hasBias == hasBias
                && layer.inputActivation.equals(inputActivation)
                && layer.inPlace == inPlace;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * super.hashCode() + Boolean.hashCode(hasBias))
                + inputActivation.hashCode()
                + Boolean.hashCode(inPlace);
    }

    @Override
    public String toString() {
        String input =
                (actsOnInput() ? ", inputActivation=" + inputActivation : "")
                        + (inPlace ? ", inPlace" : "");
        return "Linear(hasBias=" + hasBias + input + ", " + super.toString() + ")";
    }

    /** Settings of a {@link Linear}; nIn and nOut are required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private boolean hasBias = true;
        private IActivation inputActivation = new ActivationIdentity();
        private boolean inPlace;

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

        /**
         * Sets a function that is applied to the input, in place of an activation function of the
         * layer below. It cannot be combined with dropout on the input.
         *
         * @param inputActivation without random numbers; the identity, that is none, by default
         * @return this
         */
        public Builder inputActivation(IActivation inputActivation) {
            if (inputActivation == null || inputActivation instanceof ActivationRReLU) {
                throw new DL4JInvalidConfigException(
                        "inputActivation must be a function without random numbers, got "
                                + inputActivation);
            }
            this.inputActivation = inputActivation;
            return this;
        }

        /**
         * Lets a training step with workspaces overwrite the input of a layer with an input
         * activation while LoRA freezes it: the derivative stays there for the backward pass. Only
         * for an input that no other vertex reads and whose own backward pass does not need it;
         * listeners that look at activations see the derivative under the input's name.
         *
         * @param inPlace false by default
         * @return this
         */
        public Builder inPlace(boolean inPlace) {
            this.inPlace = inPlace;
            return this;
        }

        @Override
        public Linear build() {
            return new Linear(this);
        }
    }
}
