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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adds one learned number to each column of the last axis: {@code y = x + b}, [batch, ..., n] to
 * the same shape. Parameter {@code "b"} [1, n]; the bias of a {@link TiedProjection} over the
 * vocabulary.
 */
public final class Bias extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link Builder}. */
    Bias() {}

    private Bias(Builder builder) {
        super(builder);
        initializeConstraints(builder);
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        LayerValidation.assertNOutSet("Bias", getLayerName(), layerIndex, nOut);
        BiasRuntime layer = new BiasRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new BiasParams();
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return LastAxis.withWidth(getLayerName(), inputType, nOut);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        if (nOut <= 0 || override) {
            nOut = LastAxis.width(getLayerName(), inputType);
            nIn = nOut;
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
        return other instanceof Bias;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bias && super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode() + 2;
    }

    /** Settings of a {@link Bias}; the width is required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        /**
         * Sets the width.
         *
         * @param width length of the last axis, at least 1
         * @return this
         */
        public Builder width(int width) {
            return nIn(width).nOut(width);
        }

        @Override
        public Bias build() {
            return new Bias(this);
        }
    }
}
