package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
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
        settings = builder.copy();
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
        return settings.copy();
    }

    /** Settings of an adapter; one way of choosing matrices is required. */
    public static final class Builder {
        private String adapterName = "default";
        private int rank = 8;
        private double alpha = 16;
        private double dropout;
        private List<String> targets = List.of();
        private String targetRegex;
        private boolean allLinear;
        private List<String> exclude = List.of();
        private List<Integer> layers = List.of();
        private Map<String, Integer> rankPatterns = new LinkedHashMap<>();
        private Map<String, Double> alphaPatterns = new LinkedHashMap<>();
        private Map<Pattern, Integer> ranks = new LinkedHashMap<>();
        private Map<Pattern, Double> alphas = new LinkedHashMap<>();
        private boolean rsLora;
        private BiasMode bias = BiasMode.NONE;
        private LoraInit init = LoraInit.KAIMING;
        private boolean dora;
        private List<String> modulesToSave = List.of();
        private BasePlacement base = BasePlacement.INSIDE;
        private IUpdater updater;
        private long seed = 1;

        /** Rank 8, alpha 16, nothing chosen yet. */
        public Builder() {
            // defaults above
        }

        private Builder copy() {
            Builder b = new Builder();
            b.adapterName = adapterName;
            b.rank = rank;
            b.alpha = alpha;
            b.dropout = dropout;
            b.targets = targets;
            b.targetRegex = targetRegex;
            b.allLinear = allLinear;
            b.exclude = exclude;
            b.layers = layers;
            b.rankPatterns = new LinkedHashMap<>(rankPatterns);
            b.alphaPatterns = new LinkedHashMap<>(alphaPatterns);
            b.ranks = new LinkedHashMap<>(ranks);
            b.alphas = new LinkedHashMap<>(alphas);
            b.rsLora = rsLora;
            b.bias = bias;
            b.init = init;
            b.dora = dora;
            b.modulesToSave = modulesToSave;
            b.base = base;
            b.updater = updater;
            b.seed = seed;
            return b;
        }

        /**
         * Sets the adapter's name.
         *
         * @param name not empty, without '.' and '/'; "default" by default
         * @return this
         */
        public Builder adapterName(String name) {
            if (name.isEmpty() || name.contains(".") || name.contains("/")) {
                throw new IllegalArgumentException(
                        "adapterName must not be empty nor contain '.' or '/', got \""
                                + name
                                + "\"");
            }
            adapterName = name;
            return this;
        }

        /**
         * Sets the rank.
         *
         * @param rank at least 1; 8 by default
         * @return this
         */
        public Builder rank(int rank) {
            this.rank = Require.atLeast("rank", 1, rank);
            return this;
        }

        /**
         * Sets the numerator of the scaling alpha / rank.
         *
         * @param alpha positive; 16 by default
         * @return this
         */
        public Builder alpha(double alpha) {
            this.alpha = Require.positive("alpha", alpha);
            return this;
        }

        /**
         * Sets the dropout on the increments' input.
         *
         * @param dropout probability of dropping an element, in [0, 1); 0 by default
         * @return this
         */
        public Builder dropout(double dropout) {
            this.dropout = Require.probability("dropout", dropout);
            return this;
        }

        /**
         * Chooses matrices by the ends of their names.
         *
         * @param suffixes a name is chosen if it is one of these or ends with '.' and one of these;
         *     a layer's name chooses all its matrices
         * @return this
         */
        public Builder targets(String... suffixes) {
            targets = List.of(suffixes);
            return this;
        }

        /**
         * Chooses matrices by a regular expression.
         *
         * @param regex must fit the whole name
         * @return this
         */
        public Builder targetRegex(String regex) {
            Pattern.compile(regex);
            targetRegex = regex;
            return this;
        }

        /**
         * Chooses every matrix except those of output layers.
         *
         * @return this
         */
        public Builder allLinear() {
            allLinear = true;
            return this;
        }

        /**
         * Leaves matrices out.
         *
         * @param suffixes as in {@link #targets}
         * @return this
         */
        public Builder exclude(String... suffixes) {
            exclude = List.of(suffixes);
            return this;
        }

        /**
         * Limits the choice to some layers.
         *
         * @param indices the index of a name is its first part between dots that is a number
         *     ({@code model.layers.7.mlp} has 7), else the first number in it; names without one
         *     are left out
         * @return this
         */
        public Builder layers(int... indices) {
            TreeSet<Integer> sorted = new TreeSet<>();
            for (int index : indices) {
                sorted.add(Require.atLeast("layer index", 0, index));
            }
            layers = new ArrayList<>(sorted);
            return this;
        }

        /**
         * Sets the rank of some matrices.
         *
         * @param regex fits a name, or its end after a '.'; the first pattern that fits counts
         * @param rank at least 1
         * @return this
         */
        public Builder rankPattern(String regex, int rank) {
            ranks.put(ending(regex), Require.atLeast("rank", 1, rank));
            rankPatterns.put(regex, rank);
            return this;
        }

        /**
         * Sets alpha of some matrices.
         *
         * @param regex fits a name, or its end after a '.'; the first pattern that fits counts
         * @param alpha positive
         * @return this
         */
        public Builder alphaPattern(String regex, double alpha) {
            alphas.put(ending(regex), Require.positive("alpha", alpha));
            alphaPatterns.put(regex, alpha);
            return this;
        }

        private static Pattern ending(String regex) {
            return Pattern.compile("(?:.*\\.)?(?:" + regex + ")");
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
         * Sets which biases learn.
         *
         * @param bias {@link BiasMode#NONE} by default
         * @return this
         */
        public Builder bias(BiasMode bias) {
            this.bias = Objects.requireNonNull(bias, "bias");
            return this;
        }

        /**
         * Sets how A and B start.
         *
         * @param init {@link LoraInit#KAIMING} by default
         * @return this
         */
        public Builder init(LoraInit init) {
            this.init = Objects.requireNonNull(init, "init");
            return this;
        }

        /**
         * Sets whether increments are weight-decomposed (DoRA).
         *
         * @param dora false by default
         * @return this
         */
        public Builder dora(boolean dora) {
            this.dora = dora;
            return this;
        }

        /**
         * Chooses layers that are trained fully, new heads for example. They stay as they are.
         *
         * @param suffixes of layer names, as in {@link #targets}
         * @return this
         */
        public Builder modulesToSave(String... suffixes) {
            modulesToSave = List.of(suffixes);
            return this;
        }

        /**
         * Sets where the frozen weights live.
         *
         * @param base {@link BasePlacement#INSIDE} by default
         * @return this
         */
        public Builder base(BasePlacement base) {
            this.base = Objects.requireNonNull(base, "base");
            return this;
        }

        /**
         * Sets the updater of everything that learns, fully trained layers included.
         *
         * @param updater null, the default, for each layer's own
         * @return this
         */
        public Builder updater(IUpdater updater) {
            this.updater = updater;
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
