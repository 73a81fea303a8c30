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
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What layers have in common that normalize every vector along the last axis. */
abstract class WidthNorm extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private double eps;
    private boolean inPlace;

    WidthNorm() {}

    WidthNorm(Builder<?> builder) {
        super(builder);
        if (!(builder.eps > 0 && builder.eps < 1)) {
            throw new DL4JInvalidConfigException(
                    "eps must be above 0 and below 1, got " + builder.eps);
        }
        eps = builder.eps;
        inPlace = builder.inPlace;
        if (nIn > 0 && nOut > 0 && nIn != nOut) {
            throw new DL4JInvalidConfigException(
                    "nIn and nOut must be equal, got " + nIn + " and " + nOut);
        }
        nIn = Math.max(nIn, nOut);
        nOut = nIn;
        initializeConstraints(builder);
    }

    /** Whether the mean is subtracted and a bias added. */
    abstract boolean centers();

    /**
     * The number added to the variance or mean square.
     *
     * @return above 0
     */
    public double getEps() {
        return eps;
    }

    /**
     * Sets the number added to the variance or mean square; for reading JSON.
     *
     * @param eps above 0
     */
    public void setEps(double eps) {
        this.eps = eps;
    }

    /**
     * Whether a training step may write the output over the input.
     *
     * @return false by default
     */
    public boolean isInPlace() {
        return inPlace;
    }

    /**
     * Sets whether a training step may write the output over the input; for reading JSON.
     *
     * @param inPlace whether it may
     */
    public void setInPlace(boolean inPlace) {
        this.inPlace = inPlace;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        LayerValidation.assertNInNOutSet(
                getClass().getSimpleName(), getLayerName(), layerIndex, nIn, nOut);
        NormRuntime layer = new NormRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new NormParams();
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
            nOut = width;
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
        return other != null && other.getClass() == getClass();
    }

    @Override
    public boolean equals(Object other) {
        return canEqual(other)
                && super.equals(other)
                && ((WidthNorm) other).eps == eps
                && ((WidthNorm) other).inPlace == inPlace;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * super.hashCode() + Double.hashCode(eps)) + Boolean.hashCode(inPlace);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName()
                + "(eps="
                + eps
                + (inPlace ? ", inPlace, " : ", ")
                + super.toString()
                + ")";
    }

    /**
     * Settings; the width is required.
     *
     * @param <B> the concrete builder
     */
    abstract static class Builder<B extends Builder<B>> extends FeedForwardLayer.Builder<B> {
        private double eps;
        private boolean inPlace;

        Builder(double eps) {
            this.eps = eps;
            activation(new ActivationIdentity());
        }

        /**
         * Sets nIn and nOut, which are equal.
         *
         * @param width length of the last axis
         * @return this
         */
        @SuppressWarnings("unchecked")
        public B width(long width) {
            nIn(width);
            nOut(width);
            return (B) this;
        }

        /**
         * Sets the number added to the variance or mean square.
         *
         * @param eps above 0 and below 1
         * @return this
         */
        @SuppressWarnings("unchecked")
        public B eps(double eps) {
            this.eps = eps;
            return (B) this;
        }

        /**
         * Lets a training step with workspaces write the output over the input, and go back from
         * there: an array less for each such layer. Only for an input that no other vertex reads
         * and whose own backward pass does not need it, and for an output that no later layer
         * overwrites: stock dropout behind it does, and the backward pass then refuses. Listeners
         * that look at activations see the output under the input's name.
         *
         * @param inPlace false by default
         * @return this
         */
        @SuppressWarnings("unchecked")
        public B inPlace(boolean inPlace) {
            this.inPlace = inPlace;
            return (B) this;
        }
    }
}
