package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.Objects;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * One adapter's increment on one weight matrix, {@code scaling * A B} with A [in, rank] and B
 * [rank, out]; immutable.
 */
public final class LoraIncrement implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final String adapter;
    private final int index;
    private final String matrix;
    private final int rank;
    private final double alpha;
    private final boolean rsLora;
    private final double dropout;
    private final boolean dora;
    private final LoraInit init;
    private final long seed;
    private final boolean trainable;

    @JsonCreator
    private LoraIncrement(
            @JsonProperty("adapter") String adapter,
            @JsonProperty("index") int index,
            @JsonProperty("matrix") String matrix,
            @JsonProperty("rank") int rank,
            @JsonProperty("alpha") double alpha,
            @JsonProperty("rsLora") boolean rsLora,
            @JsonProperty("dropout") double dropout,
            @JsonProperty("dora") boolean dora,
            @JsonProperty("init") LoraInit init,
            @JsonProperty("seed") long seed,
            @JsonProperty("trainable") boolean trainable) {
        this.adapter = Objects.requireNonNull(adapter, "adapter");
        this.matrix = Objects.requireNonNull(matrix, "matrix");
        this.index = Require.atLeast("index", 0, index);
        this.rank = Require.atLeast("rank", 1, rank);
        this.alpha = Require.positive("alpha", alpha);
        this.dropout = Require.probability("dropout", dropout);
        this.rsLora = rsLora;
        this.dora = dora;
        this.init = Objects.requireNonNull(init, "init");
        this.seed = seed;
        this.trainable = trainable;
    }

    /**
     * Name of the adapter that this increment belongs to.
     *
     * @return its name, "default" unless another was given
     */
    public String getAdapter() {
        return adapter;
    }

    /**
     * The adapter's number, the last part of the parameters' names.
     *
     * @return from 0 on, unique in the layer for each matrix
     */
    public int getIndex() {
        return index;
    }

    /**
     * The matrix that is changed.
     *
     * @return key of the base layer's parameter, such as "W"
     */
    public String getMatrix() {
        return matrix;
    }

    /**
     * Columns of A and rows of B.
     *
     * @return at least 1
     */
    public int getRank() {
        return rank;
    }

    /**
     * Numerator of the scaling.
     *
     * @return positive
     */
    public double getAlpha() {
        return alpha;
    }

    /**
     * Whether the scaling is rank-stabilized.
     *
     * @return true for alpha / sqrt(rank), false for alpha / rank
     */
    public boolean isRsLora() {
        return rsLora;
    }

    /**
     * Probability that an element of the increment's input is dropped in training.
     *
     * @return in [0, 1)
     */
    public double getDropout() {
        return dropout;
    }

    /**
     * Whether the increment is weight-decomposed (DoRA): a magnitude for each column is learned.
     *
     * @return false by default
     */
    public boolean isDora() {
        return dora;
    }

    /**
     * How A and B start.
     *
     * @return the initialization
     */
    public LoraInit getInit() {
        return init;
    }

    /**
     * Seed of the initialization.
     *
     * @return the seed, combined with the names of layer and parameter
     */
    public long getSeed() {
        return seed;
    }

    /**
     * Whether A and B (and the magnitude) learn.
     *
     * @return true by default; if false they have no gradient and no updater state
     */
    public boolean isTrainable() {
        return trainable;
    }

    /**
     * What A B is multiplied by.
     *
     * @return alpha / rank, or alpha / sqrt(rank) if rank-stabilized
     */
    @JsonIgnore
    public double getScaling() {
        return alpha / (rsLora ? Math.sqrt(rank) : rank);
    }

    /**
     * Name of the parameter A.
     *
     * @return matrix.loraA.index
     */
    public String keyA() {
        return matrix + ".loraA." + index;
    }

    /**
     * Name of the parameter B.
     *
     * @return matrix.loraB.index
     */
    public String keyB() {
        return matrix + ".loraB." + index;
    }

    /**
     * Name of DoRA's magnitude.
     *
     * @return matrix.loraM.index; the parameter exists only if {@link #isDora()}
     */
    public String keyM() {
        return matrix + ".loraM." + index;
    }

    /**
     * A builder with this increment's settings.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder b = new Builder(adapter, matrix, rank, alpha);
        return b.index(index)
                .rsLora(rsLora)
                .dropout(dropout)
                .dora(dora)
                .init(init)
                .seed(seed)
                .trainable(trainable);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoraIncrement o && toString().equals(o.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return "LoraIncrement"
                + List.of(
                        adapter, index, matrix, rank, alpha, rsLora, dropout, dora, init, seed,
                        trainable);
    }

    /** Settings of an increment. */
    public static final class Builder {
        private final String adapter;
        private final String matrix;
        private final int rank;
        private final double alpha;
        private int index;
        private boolean rsLora;
        private double dropout;
        private boolean dora;
        private LoraInit init = LoraInit.KAIMING;
        private long seed = 1;
        private boolean trainable = true;

        /**
         * Starts with what an increment must have.
         *
         * @param adapter name of the adapter
         * @param matrix key of the base layer's parameter
         * @param rank at least 1
         * @param alpha numerator of the scaling, positive
         */
        public Builder(String adapter, String matrix, int rank, double alpha) {
            this.adapter = adapter;
            this.matrix = matrix;
            this.rank = rank;
            this.alpha = alpha;
        }

        /**
         * Sets the adapter's number.
         *
         * @param index 0 by default
         * @return this
         */
        public Builder index(int index) {
            this.index = index;
            return this;
        }

        /**
         * Sets the kind of scaling.
         *
         * @param rsLora true for alpha / sqrt(rank); false by default
         * @return this
         */
        public Builder rsLora(boolean rsLora) {
            this.rsLora = rsLora;
            return this;
        }

        /**
         * Sets the dropout on the increment's input.
         *
         * @param dropout probability of dropping an element, in [0, 1); 0 by default
         * @return this
         */
        public Builder dropout(double dropout) {
            this.dropout = dropout;
            return this;
        }

        /**
         * Sets whether the increment is weight-decomposed.
         *
         * @param dora false by default
         * @return this
         */
        public Builder dora(boolean dora) {
            this.dora = dora;
            return this;
        }

        /**
         * Sets how A and B start.
         *
         * @param init {@link LoraInit#KAIMING} by default
         * @return this
         */
        public Builder init(LoraInit init) {
            this.init = init;
            return this;
        }

        /**
         * Sets the seed of the initialization.
         *
         * @param seed 1 by default
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets whether the increment learns.
         *
         * @param trainable true by default
         * @return this
         */
        public Builder trainable(boolean trainable) {
            this.trainable = trainable;
            return this;
        }

        /**
         * Makes the increment.
         *
         * @return an increment
         * @throws IllegalArgumentException if a setting is out of range
         */
        public LoraIncrement build() {
            return new LoraIncrement(
                    adapter, index, matrix, rank, alpha, rsLora, dropout, dora, init, seed,
                    trainable);
        }
    }
}
