package org.dl4jplugins.multimodal.vision;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Group normalization (Wu and He, 2018) of images [batch, channels, height, width], followed by the
 * layer's activation: each group of neighboring channels of an image gets mean 0 and variance 1,
 * then each channel is multiplied by {@code g} and {@code b} is added to it.
 *
 * <p>The parameters are {@code "g"} [channels], ones at first, and {@code "b"} [channels], zeros at
 * first; weight decay applies to neither. Images of a batch do not influence each other.
 *
 * <pre>{@code
 * new GroupNorm.Builder().channels(128).groups(32).activation(new ActivationSwish()).build()
 * }</pre>
 */
public final class GroupNorm extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private int groups;
    private double eps;

    /** For reading JSON; use {@link Builder}. */
    GroupNorm() {}

    private GroupNorm(Builder builder) {
        super(builder);
        groups = builder.groups;
        eps = builder.eps;
        initializeConstraints(builder);
    }

    /**
     * Number of groups.
     *
     * @return 32 by default
     */
    public int getGroups() {
        return groups;
    }

    /**
     * Sets the number of groups; for reading JSON.
     *
     * @param groups a divisor of the channels
     */
    public void setGroups(int groups) {
        this.groups = groups;
    }

    /**
     * What is added to the variance.
     *
     * @return 1e-6 by default
     */
    public double getEps() {
        return eps;
    }

    /**
     * Sets what is added to the variance; for reading JSON.
     *
     * @param eps more than 0
     */
    public void setEps(double eps) {
        this.eps = eps;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        GroupNormRuntime layer = new GroupNormRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return GroupNormParams.INSTANCE;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        if (inputType instanceof InputType.InputTypeConvolutional image
                && image.getChannels() == nOut) {
            return inputType;
        }
        throw new DL4JInvalidConfigException(
                "Layer \""
                        + getLayerName()
                        + "\" takes InputType.convolutional(height, width, "
                        + nOut
                        + "), got "
                        + inputType);
    }

    /** Does nothing: the channels are set. */
    @Override
    public void setNIn(InputType inputType, boolean override) {}

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        long parameters = initializer().numParams(this);
        return new LayerMemoryReport.Builder(getLayerName(), getClass(), inputType, inputType)
                .standardMemory(parameters, getIUpdater().stateSize(parameters))
                .workingMemory(0, 0, 0, inputType.arrayElementsPerExample())
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof GroupNorm;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupNorm layer
                && super.equals(other)
                && layer.groups == groups
                && Double.compare(layer.eps, eps) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), groups, eps);
    }

    @Override
    public String toString() {
        return "GroupNorm(" + groups + " groups, eps=" + eps + ", " + super.toString() + ")";
    }

    /** Settings of a {@link GroupNorm}; the channels are required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private int groups = 32;
        private double eps = 1e-6;

        /** 32 groups, no activation, and 1e-6 added to the variance, as in Stable Diffusion. */
        public Builder() {
            activation(new ActivationIdentity());
        }

        /**
         * Sets the channels.
         *
         * @param channels a multiple of the groups
         * @return this
         */
        public Builder channels(int channels) {
            return nIn(channels).nOut(channels);
        }

        /**
         * Sets the number of groups.
         *
         * @param groups a divisor of the channels; 1 for all together
         * @return this
         */
        public Builder groups(int groups) {
            this.groups = groups;
            return this;
        }

        /**
         * Sets what is added to the variance.
         *
         * @param eps more than 0
         * @return this
         */
        public Builder eps(double eps) {
            this.eps = eps;
            return this;
        }

        @Override
        public GroupNorm build() {
            if (groups < 1 || nOut < 1 || nOut % groups != 0) {
                throw new DL4JInvalidConfigException(
                        "channels must be a multiple of groups, at least 1, got "
                                + nOut
                                + " channels and "
                                + groups
                                + " groups");
            }
            if (!(eps > 0 && Double.isFinite(eps))) {
                throw new DL4JInvalidConfigException("eps must be more than 0, got " + eps);
            }
            nIn = nOut;
            return new GroupNorm(this);
        }
    }
}
