package org.dl4jplugins.align.llm;

import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What a {@code config.json} leaves open about a graph.
 *
 * <pre>{@code
 * new ModelOptions.Builder().head(Head.SEQUENCE_CLASSIFICATION).labels(3).pooling(Pooling.MEAN).build()
 * }</pre>
 */
public final class ModelOptions {
    private final Builder b;

    private ModelOptions(Builder builder) {
        b = builder;
    }

    /**
     * All defaults.
     *
     * @return single precision, the checkpoint's own head, dropout as configured
     */
    public static ModelOptions defaults() {
        return new Builder().build();
    }

    /**
     * Type of parameters and activations.
     *
     * @return FLOAT or DOUBLE
     */
    public DataType dataType() {
        return b.dataType;
    }

    /**
     * The chosen head.
     *
     * @return null for that of the checkpoint's model class
     */
    public Head head() {
        return b.head;
    }

    /**
     * The chosen pooling.
     *
     * @return null for that of the family and head
     */
    public Pooling pooling() {
        return b.pooling;
    }

    /**
     * Classes of a classification head.
     *
     * @return 0 for as many as the configuration has
     */
    public int labels() {
        return b.labels;
    }

    /**
     * Whether training drops activations.
     *
     * @return false if the configuration's dropout is ignored
     */
    public boolean dropout() {
        return b.dropout;
    }

    /**
     * Longest sequence allowed, for models with rotary position embedding.
     *
     * @return in tokens; 0 for what the configuration gives
     */
    public int maxLength() {
        return b.maxLength;
    }

    /**
     * Whether a BERT graph has the input {@code token_type_ids}.
     *
     * @return false if all tokens are of type 0
     */
    public boolean tokenTypes() {
        return b.tokenTypes;
    }

    /**
     * The updater of all parameters.
     *
     * @return a copy
     */
    public IUpdater updater() {
        return b.updater.clone();
    }

    /**
     * Seed of new weights and dropout.
     *
     * @return not 0
     */
    public long seed() {
        return b.seed;
    }

    /**
     * Workspaces for training and inference alike.
     *
     * @return ENABLED or NONE
     */
    public WorkspaceMode workspaces() {
        return b.workspaces;
    }

    /** Settings of {@link ModelOptions}; none is required. */
    public static final class Builder implements Cloneable {
        private DataType dataType = DataType.FLOAT;
        private Head head;
        private Pooling pooling;
        private int labels;
        private boolean dropout = true;
        private int maxLength;
        private boolean tokenTypes = true;
        private IUpdater updater = new Adam(5e-5);
        private long seed = 42;
        private WorkspaceMode workspaces = WorkspaceMode.ENABLED;

        /**
         * Sets the type of parameters and activations.
         *
         * @param dataType FLOAT (default) or DOUBLE
         * @return this
         */
        public Builder dataType(DataType dataType) {
            Need.that(
                    dataType == DataType.FLOAT || dataType == DataType.DOUBLE,
                    "dataType",
                    dataType,
                    "FLOAT or DOUBLE");
            this.dataType = dataType;
            return this;
        }

        /**
         * Sets what the graph ends with.
         *
         * @param head default null: that of the model class in the configuration's {@code
         *     architectures}
         * @return this
         */
        public Builder head(Head head) {
            this.head = head;
            return this;
        }

        /**
         * Sets how a sequence becomes one vector, for classification and encoder heads.
         *
         * @param pooling default null: for classification as the Hugging Face class does (BERT's
         *     POOLER, LLaMA's LAST token, MEAN for T5), for other heads NONE
         * @return this
         */
        public Builder pooling(Pooling pooling) {
            this.pooling = pooling;
            return this;
        }

        /**
         * Sets the number of classes.
         *
         * @param labels at least 2; default the configuration's {@code num_labels} or {@code
         *     id2label}
         * @return this
         */
        public Builder labels(int labels) {
            this.labels = Need.atLeast(2, "labels", labels);
            return this;
        }

        /**
         * Sets whether the configuration's dropout is used.
         *
         * @param dropout default true; the probabilities are those of {@code config.json}
         * @return this
         */
        public Builder dropout(boolean dropout) {
            this.dropout = dropout;
            return this;
        }

        /**
         * Sets the longest sequence of a LLaMA-like model; a longer one is refused when it arrives.
         * BERT's length is that of its table of positions, T5 has no limit: both refuse this
         * option.
         *
         * @param maxLength in tokens without padding, at least 1; default the configuration's
         *     {@code max_position_embeddings}, times the factor of {@code rope_scaling} if it is
         *     linear or dynamic
         * @return this
         */
        public Builder maxLength(int maxLength) {
            this.maxLength = Need.atLeast(1, "maxLength", maxLength);
            return this;
        }

        /**
         * Sets whether a BERT graph has an input {@code token_type_ids}.
         *
         * @param tokenTypes default true; false leaves {@code input_ids} as the only input, and all
         *     tokens are of type 0
         * @return this
         */
        public Builder tokenTypes(boolean tokenTypes) {
            this.tokenTypes = tokenTypes;
            return this;
        }

        /**
         * Sets the updater.
         *
         * @param updater of all parameters, default Adam with learning rate 5e-5
         * @return this
         */
        public Builder updater(IUpdater updater) {
            Need.that(updater != null, "updater", null, "an updater");
            this.updater = updater.clone();
            return this;
        }

        /**
         * Sets the seed of new weights and of dropout.
         *
         * @param seed any number but 0, which ND4J takes as no seed; default 42
         * @return this
         */
        public Builder seed(long seed) {
            Need.that(seed != 0, "seed", seed, "any number but 0, which ND4J takes as no seed");
            this.seed = seed;
            return this;
        }

        /**
         * Sets the workspaces of training and inference.
         *
         * @param workspaces ENABLED (default), or NONE for code that keeps activations
         * @return this
         */
        public Builder workspaces(WorkspaceMode workspaces) {
            Need.that(
                    workspaces == WorkspaceMode.ENABLED || workspaces == WorkspaceMode.NONE,
                    "workspaces",
                    workspaces,
                    "ENABLED or NONE");
            this.workspaces = workspaces;
            return this;
        }

        /**
         * Builds the options; this builder can be used on.
         *
         * @return the options
         */
        public ModelOptions build() {
            return new ModelOptions(clone());
        }

        @Override
        protected Builder clone() {
            try {
                return (Builder) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
