package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What an adapter looks like and where it goes; immutable. Names and defaults are PEFT's.
 *
 * <p>Names of matrices are layer names ({@code model.layers.0.self_attn.q_proj}), or for layers
 * with several matrices {@code layer.matrix}. A matrix is chosen if a suffix, the regular
 * expression or {@link Builder#allLinear} chooses it, nothing excludes it, and its layer index is
 * right.
 */
public final class LoraConfig {
    private final Builder settings;

    private LoraConfig(Builder builder) {
        settings = new Builder().from(builder);
    }

    /**
     * Name of the adapter.
     *
     * @return "default" unless set
     */
    public String adapterName() {
        return settings.adapterName;
    }

    /**
     * Rank where no pattern says otherwise.
     *
     * @return 8 unless set
     */
    public int rank() {
        return settings.rank;
    }

    /**
     * Rank of a matrix.
     *
     * @param name full name of the matrix
     * @return the first fitting pattern's value, or the default
     */
    public int rank(String name) {
        return fitting(settings.ranks, name, settings.rank);
    }

    /**
     * Numerator of the scaling where no pattern says otherwise.
     *
     * @return 16 unless set
     */
    public double alpha() {
        return settings.alpha;
    }

    /**
     * Numerator of the scaling of a matrix.
     *
     * @param name full name of the matrix
     * @return the first fitting pattern's value, or the default
     */
    public double alpha(String name) {
        return fitting(settings.alphas, name, settings.alpha);
    }

    private static <T> T fitting(Map<Pattern, T> patterns, String name, T otherwise) {
        for (Map.Entry<Pattern, T> entry : patterns.entrySet()) {
            if (entry.getKey().matcher(name).matches()) {
                return entry.getValue();
            }
        }
        return otherwise;
    }

    /**
     * Overrides of the rank.
     *
     * @return regular expression, as given, to rank; unmodifiable
     */
    public Map<String, Integer> rankPatterns() {
        return Map.copyOf(settings.rankPatterns);
    }

    /**
     * Overrides of alpha.
     *
     * @return regular expression, as given, to alpha; unmodifiable
     */
    public Map<String, Double> alphaPatterns() {
        return Map.copyOf(settings.alphaPatterns);
    }

    /**
     * Dropout on the increments' input.
     *
     * @return probability of dropping an element, 0 unless set
     */
    public double dropout() {
        return settings.dropout;
    }

    /**
     * Suffixes of the names that are chosen.
     *
     * @return empty unless set
     */
    public List<String> targets() {
        return List.copyOf(settings.targets);
    }

    /**
     * Regular expression for the names that are chosen.
     *
     * @return null unless set
     */
    public String targetRegex() {
        return settings.targetRegex;
    }

    /**
     * Whether every matrix except output layers is chosen.
     *
     * @return false unless set
     */
    public boolean isAllLinear() {
        return settings.allLinear;
    }

    /**
     * Suffixes of the names that are not chosen.
     *
     * @return empty unless set
     */
    public List<String> exclude() {
        return List.copyOf(settings.exclude);
    }

    /**
     * Indices of the layers that are changed.
     *
     * @return empty for all
     */
    public List<Integer> layers() {
        return List.copyOf(settings.layers);
    }

    /**
     * Whether the scaling is alpha / sqrt(rank).
     *
     * @return false unless set
     */
    public boolean isRsLora() {
        return settings.rsLora;
    }

    /**
     * Which biases learn.
     *
     * @return {@link BiasMode#NONE} unless set
     */
    public BiasMode bias() {
        return settings.bias;
    }

    /**
     * How A and B start.
     *
     * @return {@link LoraInit#KAIMING} unless set
     */
    public LoraInit init() {
        return settings.init;
    }

    /**
     * Whether increments are weight-decomposed.
     *
     * @return false unless set
     */
    public boolean isDora() {
        return settings.dora;
    }

    /**
     * Suffixes of layers that are trained fully.
     *
     * @return empty unless set
     */
    public List<String> modulesToSave() {
        return List.copyOf(settings.modulesToSave);
    }

    /**
     * Where the frozen weights live.
     *
     * @return {@link BasePlacement#INSIDE} unless set
     */
    public BasePlacement base() {
        return settings.base;
    }

    /**
     * Updater of everything that learns.
     *
     * @return null, the default, for each layer's own
     */
    public IUpdater updater() {
        return settings.updater;
    }

    /**
     * Seed of the initialization.
     *
     * @return 1 unless set
     */
    public long seed() {
        return settings.seed;
    }

    /**
     * A builder with these settings.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder().from(settings);
    }

    /** Settings of an adapter; one way of choosing matrices is required. */
    public static final class Builder extends LoraConfigSettings {
        /** Rank 8, alpha 16, nothing chosen yet. */
        public Builder() {
            // defaults are with the settings
        }

        /**
         * Makes the configuration.
         *
         * @return an adapter's configuration
         * @throws IllegalArgumentException if no way of choosing matrices is set, or PISSA and a
         *     shared base are combined
         */
        public LoraConfig build() {
            if (targets.isEmpty() && targetRegex == null && !allLinear) {
                throw new IllegalArgumentException(
                        "targets, targetRegex or allLinear must choose matrices, none is set");
            }
            if (init == LoraInit.PISSA && base == BasePlacement.SHARED) {
                throw new IllegalArgumentException(
                        "init PISSA replaces base weights, which other networks share with base"
                                + " SHARED; use base INSIDE");
            }
            return new LoraConfig(this);
        }
    }
}
