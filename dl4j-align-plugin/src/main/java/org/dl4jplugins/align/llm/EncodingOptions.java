package org.dl4jplugins.align.llm;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * How texts become a batch: which side is cut and filled, and to what length. Decoders that go on
 * writing need their padding on the left; for all else the right is usual.
 *
 * <pre>{@code
 * new EncodingOptions.Builder().maxLength(128).paddingSide(EncodingOptions.Side.LEFT).build()
 * }</pre>
 */
public final class EncodingOptions {
    private final Builder b;

    private EncodingOptions(Builder builder) {
        b = new Builder(builder);
    }

    /** An end of a sequence. */
    public enum Side {
        /** Before the first token. */
        LEFT,
        /** After the last token. */
        RIGHT
    }

    /**
     * All defaults.
     *
     * @return nothing is cut, the right is padded, special tokens are added
     */
    public static EncodingOptions defaults() {
        return new Builder().build();
    }

    /**
     * Where short rows are filled.
     *
     * @return the side of the padding
     */
    public Side paddingSide() {
        return b.paddingSide;
    }

    /**
     * Where long texts are cut.
     *
     * @return the side that is lost
     */
    public Side truncationSide() {
        return b.truncationSide;
    }

    /**
     * Most tokens of a text, special ones included.
     *
     * @return 0 if texts are never cut
     */
    public int maxLength() {
        return b.maxLength;
    }

    /**
     * Whether every row is filled up to {@link #maxLength()}.
     *
     * @return false if the longest row decides
     */
    public boolean padToMaxLength() {
        return b.padToMaxLength;
    }

    /**
     * What the length of a batch is rounded up to.
     *
     * @return the length is a multiple of this
     */
    public int multipleOf() {
        return b.multipleOf;
    }

    /**
     * Whether the tokenizer adds what its model expects around a text.
     *
     * @return false if texts are taken as they are
     */
    public boolean specialTokens() {
        return b.specialTokens;
    }

    /**
     * Type of the arrays of a batch.
     *
     * @return usually the network's
     */
    public DataType dataType() {
        return b.dataType;
    }

    /** Settings with defaults. */
    public static final class Builder {
        private Side paddingSide = Side.RIGHT;
        private Side truncationSide = Side.RIGHT;
        private int maxLength;
        private boolean padToMaxLength;
        private int multipleOf = 1;
        private boolean specialTokens = true;
        private DataType dataType = DataType.FLOAT;

        /** Starts with the defaults. */
        public Builder() {}

        private Builder(Builder other) {
            paddingSide = other.paddingSide;
            truncationSide = other.truncationSide;
            maxLength = other.maxLength;
            padToMaxLength = other.padToMaxLength;
            multipleOf = other.multipleOf;
            specialTokens = other.specialTokens;
            dataType = other.dataType;
        }

        /**
         * Sets where short rows are filled; RIGHT by default.
         *
         * @param side of the padding
         * @return this
         */
        public Builder paddingSide(Side side) {
            paddingSide = side;
            return this;
        }

        /**
         * Sets where long texts are cut; RIGHT by default.
         *
         * @param side that is lost
         * @return this
         */
        public Builder truncationSide(Side side) {
            truncationSide = side;
            return this;
        }

        /**
         * Sets the most tokens of a text, special ones included. Special tokens that the tokenizer
         * adds are never cut; of a pair the longer part is cut first.
         *
         * @param tokens 0, the default, cuts nothing
         * @return this
         */
        public Builder maxLength(int tokens) {
            maxLength = tokens;
            return this;
        }

        /**
         * Fills every batch up to the greatest length; off by default.
         *
         * @param fill whether to fill up
         * @return this
         */
        public Builder padToMaxLength(boolean fill) {
            padToMaxLength = fill;
            return this;
        }

        /**
         * Rounds the length of a batch up to a multiple; 1 by default.
         *
         * @param tokens at least 1
         * @return this
         */
        public Builder multipleOf(int tokens) {
            multipleOf = tokens;
            return this;
        }

        /**
         * Sets whether the tokenizer adds special tokens; it does by default.
         *
         * @param add whether it does
         * @return this
         */
        public Builder specialTokens(boolean add) {
            specialTokens = add;
            return this;
        }

        /**
         * Sets the type of a batch's arrays; FLOAT by default.
         *
         * @param type FLOAT, DOUBLE, INT32 or INT64
         * @return this
         */
        public Builder dataType(DataType type) {
            dataType = type;
            return this;
        }

        /**
         * The settings.
         *
         * @return immutable settings
         * @throws IllegalArgumentException if one is out of its range
         */
        public EncodingOptions build() {
            Need.that(maxLength >= 0, "maxLength", maxLength, "0 or more");
            Need.that(multipleOf >= 1, "multipleOf", multipleOf, "at least 1");
            Need.that(
                    !padToMaxLength || maxLength > 0,
                    "padToMaxLength",
                    true,
                    "false, or maxLength set as well");
            Need.that(
                    paddingSide != null && truncationSide != null,
                    "paddingSide or truncationSide",
                    null,
                    "LEFT or RIGHT");
            Need.that(
                    dataType == DataType.FLOAT
                            || dataType == DataType.DOUBLE
                            || dataType == DataType.INT32
                            || dataType == DataType.INT64,
                    "dataType",
                    dataType,
                    "FLOAT, DOUBLE, INT32 or INT64");
            return new EncodingOptions(this);
        }
    }
}
