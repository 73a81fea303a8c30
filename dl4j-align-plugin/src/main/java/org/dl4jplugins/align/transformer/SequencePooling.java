package org.dl4jplugins.align.transformer;

import java.util.Collection;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One vector per sequence: [batch, time, width] to [batch, width].
 *
 * <p>Only real tokens count where there is a feature mask [batch, time], which ends here: what
 * follows sees no time. A sequence without any real token is refused.
 */
public final class SequencePooling extends NoParamLayer {
    private static final long serialVersionUID = 1L;

    /** Which tokens make the vector. */
    public enum Mode {
        /** The mean over the real tokens, as in sentence embeddings. */
        MEAN,
        /** The first real token, such as BERT's [CLS]. */
        FIRST,
        /** The last real token, as decoders classify sequences. */
        LAST
    }

    private Mode mode = Mode.MEAN;

    /** For reading JSON; use {@link Builder}. */
    SequencePooling() {}

    private SequencePooling(Builder builder) {
        super(builder);
        mode = builder.mode;
    }

    /**
     * Which tokens make the vector.
     *
     * @return {@link Mode#MEAN} by default
     */
    public Mode getMode() {
        return mode;
    }

    /**
     * Sets which tokens make the vector; for reading JSON.
     *
     * @param mode the mode
     */
    public void setMode(Mode mode) {
        this.mode = mode;
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        SequencePoolingRuntime layer = new SequencePoolingRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        return layer;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        if (inputType instanceof InputType.InputTypeRecurrent r && r.getFormat() == RNNFormat.NWC) {
            return InputType.feedForward(r.getSize());
        }
        throw new DL4JInvalidConfigException(
                "Layer \""
                        + getLayerName()
                        + "\" takes InputType.recurrent(width, RNNFormat.NWC), got "
                        + inputType);
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        return new LayerMemoryReport.Builder(
                        getLayerName(),
                        SequencePooling.class,
                        inputType,
                        getOutputType(-1, inputType))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SequencePooling layer && super.equals(other) && layer.mode == mode;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + mode.hashCode();
    }

    @Override
    public String toString() {
        return "SequencePooling(" + mode + ")";
    }

    /** Settings of a {@link SequencePooling}. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder
            extends org.deeplearning4j.nn.conf.layers.Layer.Builder<Builder> {
        private Mode mode = Mode.MEAN;

        /**
         * Sets which tokens make the vector.
         *
         * @param mode {@link Mode#MEAN} by default
         * @return this
         */
        public Builder mode(Mode mode) {
            if (mode == null) {
                throw new DL4JInvalidConfigException("mode must be MEAN, FIRST or LAST, got null");
            }
            this.mode = mode;
            return this;
        }

        @Override
        public SequencePooling build() {
            return new SequencePooling(this);
        }
    }
}
