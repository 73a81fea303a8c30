package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.nd4j.linalg.learning.config.IUpdater;

/** The values of a {@link LoraConfig} and how to set them. */
abstract class LoraConfigSettings {
    String adapterName = "default";
    int rank = 8;
    double alpha = 16;
    double dropout;
    List<String> targets = List.of();
    String targetRegex;
    boolean allLinear;
    List<String> exclude = List.of();
    List<Integer> layers = List.of();
    Map<String, Integer> rankPatterns = new LinkedHashMap<>();
    Map<String, Double> alphaPatterns = new LinkedHashMap<>();
    Map<Pattern, Integer> ranks = new LinkedHashMap<>();
    Map<Pattern, Double> alphas = new LinkedHashMap<>();
    boolean rsLora;
    BiasMode bias = BiasMode.NONE;
    LoraInit init = LoraInit.KAIMING;
    boolean dora;
    List<String> modulesToSave = List.of();
    BasePlacement base = BasePlacement.INSIDE;
    IUpdater updater;
    long seed = 1;

    private LoraConfig.Builder self() {
        return (LoraConfig.Builder) this;
    }

    /** Takes all values from another one. */
    final LoraConfig.Builder from(LoraConfigSettings other) {
        adapterName = other.adapterName;
        rank = other.rank;
        alpha = other.alpha;
        dropout = other.dropout;
        targets = other.targets;
        targetRegex = other.targetRegex;
        allLinear = other.allLinear;
        exclude = other.exclude;
        layers = other.layers;
        rankPatterns = new LinkedHashMap<>(other.rankPatterns);
        alphaPatterns = new LinkedHashMap<>(other.alphaPatterns);
        ranks = new LinkedHashMap<>(other.ranks);
        alphas = new LinkedHashMap<>(other.alphas);
        rsLora = other.rsLora;
        bias = other.bias;
        init = other.init;
        dora = other.dora;
        modulesToSave = other.modulesToSave;
        base = other.base;
        updater = other.updater;
        seed = other.seed;
        return self();
    }

    /**
     * Sets the adapter's name.
     *
     * @param name not empty, without '.' and '/'; "default" by default
     * @return this
     */
    public LoraConfig.Builder adapterName(String name) {
        adapterName = Require.adapterName(name);
        return self();
    }

    /**
     * Sets the rank.
     *
     * @param rank at least 1; 8 by default
     * @return this
     */
    public LoraConfig.Builder rank(int rank) {
        this.rank = Require.atLeast("rank", 1, rank);
        return self();
    }

    /**
     * Sets the numerator of the scaling alpha / rank.
     *
     * @param alpha positive; 16 by default
     * @return this
     */
    public LoraConfig.Builder alpha(double alpha) {
        this.alpha = Require.positive("alpha", alpha);
        return self();
    }

    /**
     * Sets the dropout on the increments' input.
     *
     * @param dropout probability of dropping an element, in [0, 1); 0 by default. Layers whose
     *     increments are added to their weights have none, as the plan shows
     * @return this
     */
    public LoraConfig.Builder dropout(double dropout) {
        this.dropout = Require.probability("dropout", dropout);
        return self();
    }

    /**
     * Chooses matrices by the ends of their names.
     *
     * @param suffixes a name is chosen if it is one of these or ends with '.' and one of these; a
     *     layer's name chooses all its matrices
     * @return this
     */
    public LoraConfig.Builder targets(String... suffixes) {
        targets = List.of(suffixes);
        return self();
    }

    /**
     * Chooses matrices by a regular expression.
     *
     * @param regex must fit the whole name
     * @return this
     */
    public LoraConfig.Builder targetRegex(String regex) {
        Require.regex("targetRegex", regex);
        targetRegex = regex;
        return self();
    }

    /**
     * Chooses every matrix except those of output layers and embeddings.
     *
     * @return this
     */
    public LoraConfig.Builder allLinear() {
        allLinear = true;
        return self();
    }

    /**
     * Leaves matrices out.
     *
     * @param suffixes as in {@link #targets}
     * @return this
     */
    public LoraConfig.Builder exclude(String... suffixes) {
        exclude = List.of(suffixes);
        return self();
    }

    /**
     * Limits the choice to some layers.
     *
     * @param indices the index of a name is its first part between dots that is a number ({@code
     *     model.layers.7.mlp} has 7), else the first number in it; names without one are left out
     * @return this
     */
    public LoraConfig.Builder layers(int... indices) {
        TreeSet<Integer> sorted = new TreeSet<>();
        for (int index : indices) {
            sorted.add(Require.atLeast("layer index", 0, index));
        }
        layers = new ArrayList<>(sorted);
        return self();
    }

    /**
     * Sets the rank of some matrices.
     *
     * @param regex fits a name, or its end after a '.'; the first pattern that fits counts
     * @param rank at least 1
     * @return this
     */
    public LoraConfig.Builder rankPattern(String regex, int rank) {
        ranks.put(ending("rankPattern", regex), Require.atLeast("rank", 1, rank));
        rankPatterns.put(regex, rank);
        return self();
    }

    /**
     * Sets alpha of some matrices.
     *
     * @param regex fits a name, or its end after a '.'; the first pattern that fits counts
     * @param alpha positive
     * @return this
     */
    public LoraConfig.Builder alphaPattern(String regex, double alpha) {
        alphas.put(ending("alphaPattern", regex), Require.positive("alpha", alpha));
        alphaPatterns.put(regex, alpha);
        return self();
    }

    /** A pattern for a whole name, or its end after a '.'. */
    static Pattern ending(String setting, String regex) {
        Require.regex(setting, regex);
        return Pattern.compile("(?:.*\\.)?(?:" + regex + ")");
    }

    /**
     * Sets the kind of scaling.
     *
     * @param rsLora true for alpha / sqrt(rank); false by default
     * @return this
     */
    public LoraConfig.Builder rsLora(boolean rsLora) {
        this.rsLora = rsLora;
        return self();
    }

    /**
     * Sets which biases learn.
     *
     * @param bias {@link BiasMode#NONE} by default
     * @return this
     */
    public LoraConfig.Builder bias(BiasMode bias) {
        this.bias = Objects.requireNonNull(bias, "bias");
        return self();
    }

    /**
     * Sets how A and B start.
     *
     * @param init {@link LoraInit#KAIMING} by default
     * @return this
     */
    public LoraConfig.Builder init(LoraInit init) {
        this.init = Objects.requireNonNull(init, "init");
        return self();
    }

    /**
     * Sets whether increments are weight-decomposed (DoRA).
     *
     * @param dora false by default
     * @return this
     */
    public LoraConfig.Builder dora(boolean dora) {
        this.dora = dora;
        return self();
    }

    /**
     * Chooses layers that are trained fully, new heads for example. They stay as they are.
     *
     * @param suffixes of layer names, as in {@link #targets}
     * @return this
     */
    public LoraConfig.Builder modulesToSave(String... suffixes) {
        modulesToSave = List.of(suffixes);
        return self();
    }

    /**
     * Sets where the frozen weights live.
     *
     * @param base {@link BasePlacement#INSIDE} by default
     * @return this
     */
    public LoraConfig.Builder base(BasePlacement base) {
        this.base = Objects.requireNonNull(base, "base");
        return self();
    }

    /**
     * Sets the updater of everything that learns, fully trained layers included.
     *
     * @param updater null, the default, for each layer's own
     * @return this
     */
    public LoraConfig.Builder updater(IUpdater updater) {
        this.updater = updater;
        return self();
    }

    /**
     * Sets the seed of the initialization.
     *
     * @param seed 1 by default
     * @return this
     */
    public LoraConfig.Builder seed(long seed) {
        this.seed = seed;
        return self();
    }
}
