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

/**
 * Adds a learned vector per position: x [batch, time, width] to {@code x + W[offset + position]}.
 *
 * <p>The parameter is {@code "W"} [maxPositions, width] in 'c' order. A token's position is its
 * index, or with a feature mask the number of real tokens before it, so that padding on the left
 * changes nothing; padding itself is left as it is. With {@code rnnTimeStep} positions continue
 * where the last call ended (the state is "position" [batch, 1], the next position of each
 * sequence). A sequence that needs more positions than there are is refused. Dropout, as everywhere
 * in DL4J, applies to the input x.
 *
 * <pre>{@code
 * new PositionEmbedding.Builder().maxPositions(512).nOut(384).build()
 * }</pre>
 */
public final class PositionEmbedding extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private int maxPositions;
    private int offset;

    /** For reading JSON; use {@link Builder}. */
    PositionEmbedding() {}

    private PositionEmbedding(Builder builder) {
        super(builder);
        nIn = nOut;
        maxPositions = builder.maxPositions;
        offset = builder.offset;
        initializeConstraints(builder);
    }

    /**
     * The number of rows of the table.
     *
     * @return at least 1
     */
    public int getMaxPositions() {
        return maxPositions;
    }

    /**
     * Sets the number of rows of the table; for reading JSON.
     *
     * @param maxPositions at least 1
     */
    public void setMaxPositions(int maxPositions) {
        this.maxPositions = maxPositions;
    }

    /**
     * The row of the first position.
     *
     * @return 0 by default
     */
    public int getOffset() {
        return offset;
    }

    /**
     * Sets the row of the first position; for reading JSON.
     *
     * @param offset from 0 to maxPositions - 1
     */
    public void setOffset(int offset) {
        this.offset = offset;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        LayerValidation.assertNOutSet("PositionEmbedding", getLayerName(), layerIndex, nOut);
        PositionEmbeddingRuntime layer = new PositionEmbeddingRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new TableParams(maxPositions, -1);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return LastAxis.withWidth(getLayerName(), inputType, nOut);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        long width = LastAxis.width(getLayerName(), inputType);
        if (width != nOut) {
            throw new DL4JInvalidConfigException(
                    "Layer \""
                            + getLayerName()
                            + "\" adds vectors of width "
                            + nOut
                            + ", its input has width "
                            + width);
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
        return other instanceof PositionEmbedding;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PositionEmbedding layer
                && super.equals(other)
                && layer.maxPositions == maxPositions
                && layer.offset == offset;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * super.hashCode() + maxPositions) + offset;
    }

    @Override
    public String toString() {
        return "PositionEmbedding(maxPositions="
                + maxPositions
                + ", offset="
                + offset
                + ", "
                + super.toString()
                + ")";
    }

    /** Settings of a {@link PositionEmbedding}; maxPositions and nOut (width) are required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private int maxPositions;
        private int offset;

        /** Positions from row 0 on. */
        public Builder() {
            activation(new ActivationIdentity());
        }

        /**
         * Sets the number of rows of the table; sequences may have maxPositions - offset tokens.
         *
         * @param maxPositions at least 1
         * @return this
         */
        public Builder maxPositions(int maxPositions) {
            this.maxPositions = maxPositions;
            return this;
        }

        /**
         * Sets the row of the first position; 2 in RoBERTa.
         *
         * @param offset 0 by default
         * @return this
         */
        public Builder offset(int offset) {
            this.offset = offset;
            return this;
        }

        @Override
        public PositionEmbedding build() {
            if (maxPositions < 1 || nOut < 1) {
                throw new DL4JInvalidConfigException(
                        "maxPositions and nOut (width) must be at least 1, got "
                                + maxPositions
                                + " and "
                                + nOut);
            }
            if (offset < 0 || offset >= maxPositions) {
                throw new DL4JInvalidConfigException(
                        "offset must be from 0 to maxPositions - 1 = "
                                + (maxPositions - 1)
                                + ", got "
                                + offset);
            }
            return new PositionEmbedding(this);
        }
    }
}
