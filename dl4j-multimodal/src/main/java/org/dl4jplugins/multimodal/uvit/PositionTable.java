package org.dl4jplugins.multimodal.uvit;

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
 * Learned vectors for the positions of a sequence that ends with the patches of an image: from an
 * image [batch, channels, height, width], of which only the size matters, to [1, tokens + patches,
 * nOut].
 *
 * <p>The parameter is {@code "W"} [tokens + rows * columns, nOut] in 'c' order: first the tokens
 * before the patches, then the patches row by row. For an image with another grid of patches their
 * vectors are interpolated, bilinearly as PyTorch does with {@code align_corners=False}. Weight
 * decay does not apply.
 */
public final class PositionTable extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    private int tokens;
    private int rows;
    private int columns;
    private int patch;

    /** For reading JSON; use {@link Builder}. */
    PositionTable() {}

    private PositionTable(Builder builder) {
        super(builder);
        tokens = builder.tokens;
        rows = builder.rows;
        columns = builder.columns;
        patch = builder.patch;
        initializeConstraints(builder);
    }

    /**
     * Tokens before the patches.
     *
     * @return at least 0
     */
    public int getTokens() {
        return tokens;
    }

    /**
     * Sets the number of tokens before the patches; for reading JSON.
     *
     * @param tokens at least 0
     */
    public void setTokens(int tokens) {
        this.tokens = tokens;
    }

    /**
     * Rows of patches in the table.
     *
     * @return at least 1
     */
    public int getRows() {
        return rows;
    }

    /**
     * Sets the rows of patches in the table; for reading JSON.
     *
     * @param rows at least 1
     */
    public void setRows(int rows) {
        this.rows = rows;
    }

    /**
     * Columns of patches in the table.
     *
     * @return at least 1
     */
    public int getColumns() {
        return columns;
    }

    /**
     * Sets the columns of patches in the table; for reading JSON.
     *
     * @param columns at least 1
     */
    public void setColumns(int columns) {
        this.columns = columns;
    }

    /**
     * Side of a patch.
     *
     * @return in pixels
     */
    public int getPatch() {
        return patch;
    }

    /**
     * Sets the side of a patch; for reading JSON.
     *
     * @param patch at least 1
     */
    public void setPatch(int patch) {
        this.patch = patch;
    }

    /** Rows of the parameter. */
    long positions() {
        return tokens + (long) rows * columns;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        PositionTableRuntime layer = new PositionTableRuntime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return PositionParams.INSTANCE;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        if (inputType instanceof InputType.InputTypeConvolutional image) {
            long patches = image.getHeight() / patch * (image.getWidth() / patch);
            return TokenVertex.tokens(nOut, tokens + patches);
        }
        throw new DL4JInvalidConfigException(
                "Layer \""
                        + getLayerName()
                        + "\" takes InputType.convolutional(height, width, channels), got "
                        + inputType);
    }

    /** Does nothing: of the input only its size matters. */
    @Override
    public void setNIn(InputType inputType, boolean override) {}

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        InputType output = getOutputType(-1, inputType);
        long parameters = initializer().numParams(this);
        return new LayerMemoryReport.Builder(getLayerName(), getClass(), inputType, output)
                .standardMemory(parameters, getIUpdater().stateSize(parameters))
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof PositionTable;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PositionTable layer
                && super.equals(other)
                && layer.tokens == tokens
                && layer.rows == rows
                && layer.columns == columns
                && layer.patch == patch;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), tokens, rows, columns, patch);
    }

    @Override
    public String toString() {
        return "PositionTable("
                + tokens
                + " tokens, "
                + rows
                + " x "
                + columns
                + " patches of "
                + patch
                + ", "
                + super.toString()
                + ")";
    }

    /** Settings of a {@link PositionTable}; nOut (width), rows and columns are required. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends FeedForwardLayer.Builder<Builder> {
        private int tokens;
        private int rows;
        private int columns;
        private int patch = 1;

        /** No tokens before the patches, patches of one pixel. */
        public Builder() {
            activation(new ActivationIdentity());
        }

        /**
         * Sets how many tokens stand before the patches.
         *
         * @param tokens at least 0
         * @return this
         */
        public Builder tokens(int tokens) {
            this.tokens = tokens;
            return this;
        }

        /**
         * Sets the grid of patches.
         *
         * @param rows at least 1
         * @param columns at least 1
         * @return this
         */
        public Builder grid(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            return this;
        }

        /**
         * Sets the side of a patch.
         *
         * @param patch in pixels, at least 1
         * @return this
         */
        public Builder patch(int patch) {
            this.patch = patch;
            return this;
        }

        @Override
        public PositionTable build() {
            if (nOut < 1 || tokens < 0 || rows < 1 || columns < 1 || patch < 1) {
                throw new DL4JInvalidConfigException(
                        "nOut (width), rows, columns and patch must be at least 1, tokens at least"
                                + " 0, got "
                                + nOut
                                + ", "
                                + rows
                                + ", "
                                + columns
                                + ", "
                                + patch
                                + " and "
                                + tokens);
            }
            nIn = nOut;
            return new PositionTable(this);
        }
    }
}
