package org.dl4jplugins.align.transformer;

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
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * T5's learned bias on attention scores (Raffel et al., section 2.1): token ids [batch, time] to a
 * bias [heads, time, time], the fourth input of every {@link AttentionVertex} of a stack.
 *
 * <p>The bias depends on head and distance only. Distances fall into buckets: near ones have a
 * bucket each, farther ones share buckets that grow with the logarithm, all from the maximal
 * distance on share the last. Of the ids only the number counts. The parameter is {@code "W"}
 * [buckets, heads].
 *
 * <p>In {@code rnnTimeStep} a causal bias gives the rows of the new tokens, [heads, new time, time
 * so far]; a bidirectional one, which belongs to an encoder, remembers nothing.
 */
public final class RelativePositionBias extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private int maxDistance = 128;
    private boolean bidirectional = true;

    /** For reading JSON; use {@link Builder}. */
    RelativePositionBias() {}

    private RelativePositionBias(Builder builder) {
        super(builder);
        maxDistance = builder.maxDistance;
        bidirectional = builder.bidirectional;
        initializeConstraints(builder);
    }

    /**
     * Distance from which on all tokens share a bucket.
     *
     * @return in tokens
     */
    public int getMaxDistance() {
        return maxDistance;
    }

    /**
     * Sets the distance from which on all share a bucket; for reading JSON.
     *
     * @param maxDistance in tokens
     */
    public void setMaxDistance(int maxDistance) {
        this.maxDistance = maxDistance;
    }

    /**
     * Whether later tokens have buckets of their own.
     *
     * @return true for encoders
     */
    public boolean isBidirectional() {
        return bidirectional;
    }

    /**
     * Sets whether later tokens have buckets of their own; for reading JSON.
     *
     * @param bidirectional true for encoders
     */
    public void setBidirectional(boolean bidirectional) {
        this.bidirectional = bidirectional;
    }

    /**
     * The bucket of a distance.
     *
     * @param distance position of the key minus position of the query
     * @return row of "W"
     */
    int bucket(int distance) {
        int buckets = (int) (bidirectional ? nIn / 2 : nIn);
        int first = bidirectional && distance > 0 ? buckets : 0;
        int far = bidirectional ? Math.abs(distance) : Math.max(-distance, 0);
        int exact = buckets / 2;
        if (far < exact) {
            return first + far;
        }
        double growth = Math.log((double) far / exact) / Math.log((double) maxDistance / exact);
        return first + Math.min(buckets - 1, exact + (int) (growth * (buckets - exact)));
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        RelativePositionBiasRuntime layer = new RelativePositionBiasRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new WeightOnly();
    }

    /** "W" alone. */
    private static final class WeightOnly extends DefaultParamInitializer {
        @Override
        protected boolean hasBias(org.deeplearning4j.nn.conf.layers.Layer layer) {
            return false;
        }
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return inputType;
    }

    /** Does nothing: the number of buckets does not follow from the ids. */
    @Override
    public void setNIn(InputType inputType, boolean override) {}

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
        return other instanceof RelativePositionBias;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RelativePositionBias b
                && super.equals(other)
                && b.maxDistance == maxDistance
                && b.bidirectional == bidirectional;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), maxDistance, bidirectional);
    }

    @Override
    public String toString() {
        return "RelativePositionBias(maxDistance="
                + maxDistance
                + ", bidirectional="
                + bidirectional
                + ", "
                + super.toString()
                + ")";
    }

    /** Settings of a {@link RelativePositionBias}; the number of heads is required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private int maxDistance = 128;
        private boolean bidirectional = true;

        /** With T5's 32 buckets up to distance 128, bidirectional. */
        public Builder() {
            activation(new ActivationIdentity());
            nIn(32);
        }

        /**
         * Sets the number of heads.
         *
         * @param heads at least 1
         * @return this
         */
        public Builder heads(int heads) {
            return nOut(heads);
        }

        /**
         * Sets the number of buckets, {@code relative_attention_num_buckets}.
         *
         * @param buckets at least 2, even and at least 4 if bidirectional; 32 by default
         * @return this
         */
        public Builder buckets(int buckets) {
            return nIn(buckets);
        }

        /**
         * Sets the distance from which on all share a bucket, {@code
         * relative_attention_max_distance}.
         *
         * @param maxDistance larger than the number of exact buckets; 128 by default
         * @return this
         */
        public Builder maxDistance(int maxDistance) {
            this.maxDistance = maxDistance;
            return this;
        }

        /**
         * Tells encoders, which have buckets for later tokens, from decoders.
         *
         * @param bidirectional true by default
         * @return this
         */
        public Builder bidirectional(boolean bidirectional) {
            this.bidirectional = bidirectional;
            return this;
        }

        @Override
        public RelativePositionBias build() {
            check(nOut >= 1, "heads must be at least 1, got " + nOut);
            check(
                    bidirectional ? nIn >= 4 && nIn % 2 == 0 : nIn >= 2,
                    "buckets must be at least 2, even and at least 4 if bidirectional, got " + nIn);
            long exact = nIn / (bidirectional ? 4 : 2);
            check(
                    maxDistance > exact,
                    "maxDistance must be above the number of exact buckets, "
                            + exact
                            + ", got "
                            + maxDistance);
            return new RelativePositionBias(this);
        }

        private static void check(boolean right, String message) {
            if (!right) {
                throw new DL4JInvalidConfigException(message);
            }
        }
    }
}
