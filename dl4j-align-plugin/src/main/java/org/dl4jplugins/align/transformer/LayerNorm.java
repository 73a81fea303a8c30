package org.dl4jplugins.align.transformer;

/**
 * Layer normalization (Ba et al. 2016) of every vector along the last axis, [batch, ..., width]:
 * {@code y = (x - mean) / sqrt(variance + eps) * g + b} with the variance divided by the width.
 *
 * <p>Parameters are {@code "g"} [width], initially 1, and {@code "b"} [width], initially 0. Weight
 * decay does not apply to g, weight noise to neither. Masks pass through and are not applied.
 *
 * <pre>{@code
 * new LayerNorm.Builder().width(384).eps(1e-12).build()
 * }</pre>
 */
public final class LayerNorm extends WidthNorm {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link Builder}. */
    LayerNorm() {}

    private LayerNorm(Builder builder) {
        super(builder);
    }

    @Override
    boolean centers() {
        return true;
    }

    /** Settings of a {@link LayerNorm}: width required, eps 1e-5. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends WidthNorm.Builder<Builder> {
        /** With eps 1e-5. */
        public Builder() {
            super(1e-5);
        }

        @Override
        public LayerNorm build() {
            return new LayerNorm(this);
        }
    }
}
