package org.dl4jplugins.align.transformer;

/**
 * Root mean square normalization (Zhang and Sennrich 2019) of every vector along the last axis,
 * [batch, ..., width]: {@code y = x / sqrt(mean(x^2) + eps) * g}, as in LLaMA and T5.
 *
 * <p>The parameter is {@code "g"} [width], initially 1; neither weight decay nor weight noise apply
 * to it. Masks pass through and are not applied.
 *
 * <pre>{@code
 * new RMSNorm.Builder().width(512).build()
 * }</pre>
 */
public final class RMSNorm extends WidthNorm {
    private static final long serialVersionUID = 1L;

    /** For reading JSON; use {@link Builder}. */
    RMSNorm() {}

    private RMSNorm(Builder builder) {
        super(builder);
    }

    @Override
    boolean centers() {
        return false;
    }

    /** Settings of an {@link RMSNorm}: width required, eps 1e-6. */
    @SuppressWarnings("unchecked") // build() is generic in DL4J
    public static final class Builder extends WidthNorm.Builder<Builder> {
        /** With eps 1e-6. */
        public Builder() {
            super(1e-6);
        }

        @Override
        public RMSNorm build() {
            return new RMSNorm(this);
        }
    }
}
