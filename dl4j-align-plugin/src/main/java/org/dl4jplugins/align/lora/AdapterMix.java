package org.dl4jplugins.align.lora;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Which adapters are merged into a new one, and how; immutable. */
public final class AdapterMix {
    private final String name;
    private final Map<String, Double> weights;
    private final MixMethod method;
    private final double density;
    private final MajoritySign majoritySign;

    private AdapterMix(Builder b) {
        name = b.name;
        weights = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(b.weights));
        method = b.method;
        density = b.density;
        majoritySign = b.majoritySign;
    }

    /**
     * Name of the new adapter.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    /**
     * The adapters and their weights.
     *
     * @return in the order given, unmodifiable
     */
    public Map<String, Double> weights() {
        return weights;
    }

    /**
     * How they are merged.
     *
     * @return the method
     */
    public MixMethod method() {
        return method;
    }

    /**
     * Share of the values of each A and B that {@link MixMethod#TIES} keeps.
     *
     * @return in (0, 1]
     */
    public double density() {
        return density;
    }

    /**
     * How {@link MixMethod#TIES} elects signs.
     *
     * @return the way
     */
    public MajoritySign majoritySign() {
        return majoritySign;
    }

    /** Settings of a merge; at least one adapter is required. */
    public static final class Builder {
        private final String name;
        private final Map<String, Double> weights = new LinkedHashMap<>();
        private MixMethod method = MixMethod.LINEAR;
        private double density = 0.5;
        private MajoritySign majoritySign = MajoritySign.TOTAL;

        /**
         * Starts with the new adapter's name.
         *
         * @param name not empty, without '.' and '/'
         */
        public Builder(String name) {
            this.name = Require.adapterName(name);
        }

        /**
         * Adds an adapter.
         *
         * @param adapter its name
         * @param weight what its change is multiplied by: finite, and not negative unless the
         *     method is {@link MixMethod#CAT}
         * @return this
         */
        public Builder adapter(String adapter, double weight) {
            Objects.requireNonNull(adapter, "adapter");
            Require.finite("weight of " + adapter, weight);
            if (weights.put(adapter, weight) != null) {
                throw new IllegalArgumentException("Adapter " + adapter + " is given twice");
            }
            return this;
        }

        /**
         * Sets how adapters are merged.
         *
         * @param method {@link MixMethod#LINEAR} by default
         * @return this
         */
        public Builder method(MixMethod method) {
            this.method = Objects.requireNonNull(method, "method");
            return this;
        }

        /**
         * Sets the share of values that {@link MixMethod#TIES} keeps.
         *
         * @param density in (0, 1]; 0.5 by default
         * @return this
         */
        public Builder density(double density) {
            if (!(density > 0 && density <= 1)) {
                throw new IllegalArgumentException("density must be in (0, 1], got " + density);
            }
            this.density = density;
            return this;
        }

        /**
         * Sets how {@link MixMethod#TIES} elects signs.
         *
         * @param majoritySign {@link MajoritySign#TOTAL} by default
         * @return this
         */
        public Builder majoritySign(MajoritySign majoritySign) {
            this.majoritySign = Objects.requireNonNull(majoritySign, "majoritySign");
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return what to merge
         * @throws IllegalArgumentException if no adapter is given, or a weight is negative and the
         *     method is not {@link MixMethod#CAT}
         */
        public AdapterMix build() {
            if (weights.isEmpty()) {
                throw new IllegalArgumentException("adapter(name, weight) must be called");
            }
            weights.forEach(
                    (adapter, weight) -> {
                        if (weight < 0 && method != MixMethod.CAT) {
                            throw new IllegalArgumentException(
                                    "weight of "
                                            + adapter
                                            + " must not be negative for "
                                            + method
                                            + ", got "
                                            + weight
                                            + "; CAT takes negative weights");
                        }
                    });
            return new AdapterMix(this);
        }
    }
}
