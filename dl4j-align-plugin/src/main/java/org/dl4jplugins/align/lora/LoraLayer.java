package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A frozen layer with low-rank increments: each matrix W of the wrapped layer acts as {@code W +
 * gamma * sum over adapters (weight * scaling * A B)}.
 *
 * <p>Without increments it is the wrapped layer, frozen. Frozen parameters have no gradient, no
 * updater state, no regularization and no constraints; weight noise (DropConnect) of the wrapped
 * layer is not applied, its input dropout is. The structure (increments, scores, what learns) is
 * fixed; the adapters' weights and the masks gamma can be changed at any time, are part of the
 * configuration and so are saved and cloned.
 *
 * <p>Parameters, in this order: those of the wrapped layer (with {@link BasePlacement#SHARED} only
 * those that learn), for each increment {@code matrix.loraA.index} [in, rank] and {@code
 * matrix.loraB.index} [rank, out], both in 'f' order as in PEFT's files, and {@code
 * matrix.loraM.index} [1, out] for DoRA, for each matrix with increments {@code matrix.score} [1,
 * 1] if there are scores.
 */
public final class LoraLayer extends BaseWrapperLayer {
    private static final long serialVersionUID = 1L;

    private final LoraKind kind;
    private final BasePlacement placement;
    private final List<LoraIncrement> increments;
    private final Set<String> trained;
    private final boolean scores;
    private final double initialScore;
    private final boolean inputGradient;
    private final IUpdater updater;
    private Map<String, Double> weights;
    private Map<String, Double> masks;
    private transient Map<String, INDArray> shared;

    private LoraLayer(Builder b) {
        this(
                b.base,
                b.kind,
                b.placement,
                b.increments,
                b.trained,
                b.scores,
                b.initialScore,
                b.inputGradient,
                b.updater,
                b.weights,
                b.masks);
        setLayerName(b.base.getLayerName());
        shared = b.shared;
    }

    @JsonCreator
    private LoraLayer(
            @JsonProperty("underlying") Layer underlying,
            @JsonProperty("kind") LoraKind kind,
            @JsonProperty("placement") BasePlacement placement,
            @JsonProperty("increments") List<LoraIncrement> increments,
            @JsonProperty("trained") Set<String> trained,
            @JsonProperty("scores") boolean scores,
            @JsonProperty("initialScore") double initialScore,
            @JsonProperty("inputGradient") boolean inputGradient,
            @JsonProperty("updater") IUpdater updater,
            @JsonProperty("weights") Map<String, Double> weights,
            @JsonProperty("masks") Map<String, Double> masks) {
        super(Objects.requireNonNull(underlying, "underlying"));
        this.kind = Objects.requireNonNull(kind, "kind");
        this.placement = Objects.requireNonNull(placement, "placement");
        this.increments = List.copyOf(increments);
        this.trained = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(trained));
        this.scores = scores;
        this.initialScore = initialScore;
        this.inputGradient = inputGradient;
        this.updater = updater;
        this.weights = new LinkedHashMap<>(weights);
        this.masks = new LinkedHashMap<>(masks);
    }

    /**
     * How the wrapped layer takes increments.
     *
     * @return the kind
     */
    public LoraKind getKind() {
        return kind;
    }

    /**
     * Where the frozen weights live.
     *
     * @return the placement
     */
    public BasePlacement getPlacement() {
        return placement;
    }

    /**
     * The increments of all adapters.
     *
     * @return unmodifiable; empty for a layer that is only frozen
     */
    public List<LoraIncrement> getIncrements() {
        return increments;
    }

    /**
     * Parameters of the wrapped layer that learn, its bias for example.
     *
     * @return their keys, unmodifiable
     */
    public Set<String> getTrained() {
        return trained;
    }

    /**
     * Whether each matrix with increments has a score s that learns, its mask being multiplied by
     * sigmoid(s).
     *
     * @return false by default
     */
    public boolean isScores() {
        return scores;
    }

    /**
     * The scores' first value.
     *
     * @return s at initialization
     */
    public double getInitialScore() {
        return initialScore;
    }

    /**
     * Whether the backward pass computes the gradient with respect to the input.
     *
     * @return false only if nothing below learns; the layer then hands on zeros
     */
    public boolean isInputGradient() {
        return inputGradient;
    }

    /**
     * Updater of everything that learns here.
     *
     * @return null for the wrapped layer's own
     */
    public IUpdater getUpdater() {
        return updater;
    }

    /**
     * The adapters' weights that are not 1.
     *
     * @return adapter name to weight, a copy
     */
    public Map<String, Double> getWeights() {
        return new LinkedHashMap<>(weights);
    }

    /**
     * The masks that are not 1.
     *
     * @return matrix to gamma, a copy
     */
    public Map<String, Double> getMasks() {
        return new LinkedHashMap<>(masks);
    }

    /**
     * What an adapter's increments are multiplied by.
     *
     * @param adapter its name
     * @return 1 if never set, 0 if the adapter is off
     */
    public double weight(String adapter) {
        return weights.getOrDefault(adapter, 1.0);
    }

    /**
     * Sets what an adapter's increments are multiplied by, from the next forward pass on.
     *
     * @param adapter its name
     * @param weight 1 for on, 0 for off, or any other finite number
     */
    public void weight(String adapter, double weight) {
        weights.put(adapter, Require.finite("weight of " + adapter, weight));
    }

    /**
     * The fixed mask gamma of a matrix (ILA's theta_0 + gamma * delta theta).
     *
     * @param matrix its name
     * @return 1 if never set; not including the score
     */
    public double mask(String matrix) {
        return masks.getOrDefault(matrix, 1.0);
    }

    /**
     * Sets the fixed mask of a matrix, from the next forward pass on.
     *
     * @param matrix its name
     * @param gamma a finite number, usually in [0, 1]
     * @throws IllegalArgumentException if the matrix has no increments
     */
    public void mask(String matrix, double gamma) {
        if (!adaptedMatrices().contains(matrix)) {
            throw new IllegalArgumentException(
                    "Layer "
                            + getLayerName()
                            + " has no increments on "
                            + matrix
                            + ", only on "
                            + adaptedMatrices());
        }
        masks.put(matrix, Require.finite("mask of " + matrix, gamma));
    }

    /**
     * Name of a matrix's score parameter.
     *
     * @param matrix its name
     * @return matrix.score
     */
    public static String scoreKey(String matrix) {
        return matrix + ".score";
    }

    /**
     * The matrices that have increments.
     *
     * @return their names in the kind's order
     */
    public List<String> adaptedMatrices() {
        return kind.matrices(underlying).stream()
                .map(LoraMatrix::name)
                .filter(m -> increments.stream().anyMatch(i -> i.getMatrix().equals(m)))
                .toList();
    }

    /**
     * A matrix by its name.
     *
     * @param name key of the base parameter
     * @return its sizes
     * @throws IllegalArgumentException if the layer has no such matrix
     */
    public LoraMatrix matrix(String name) {
        return kind.matrices(underlying).stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Layer " + getLayerName() + " has no matrix " + name));
    }

    /**
     * Whether a parameter learns.
     *
     * @param key its name
     * @return false for frozen ones
     */
    public boolean isTrainable(String key) {
        if (trained.contains(key)) {
            return true;
        }
        for (LoraIncrement i : increments) {
            if (key.equals(i.keyA()) || key.equals(i.keyB()) || key.equals(i.keyM())) {
                return i.isTrainable();
            }
        }
        return scores && key.endsWith(".score");
    }

    /** The frozen weights outside the network's array, by key; null until they are attached. */
    @JsonIgnore
    Map<String, INDArray> shared() {
        return shared;
    }

    void attach(Map<String, INDArray> base) {
        shared = base;
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        LoraRuntime layer = kind.runtime(conf, trainingListeners, layerIndex, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return LoraParams.INSTANCE;
    }

    @Override
    public IUpdater getUpdaterByParam(String key) {
        if (!isTrainable(key)) {
            return new NoOp();
        }
        return updater != null ? updater : underlying.getUpdaterByParam(baseKey(key));
    }

    @Override
    public List<Regularization> getRegularizationByParam(String key) {
        boolean decays = isTrainable(key) && !key.endsWith(".score") && !key.contains(".loraM.");
        return decays ? underlying.getRegularizationByParam(baseKey(key)) : null;
    }

    /** The base parameter whose learning settings apply. */
    private static String baseKey(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    @Override
    public boolean isPretrainParam(String paramName) {
        return false;
    }

    @Override
    public void setDataType(DataType dataType) {
        underlying.setDataType(dataType);
    }

    @Override
    public LoraLayer clone() {
        LoraLayer copy = (LoraLayer) super.clone();
        copy.underlying = underlying.clone();
        copy.weights = new LinkedHashMap<>(weights);
        copy.masks = new LinkedHashMap<>(masks);
        return copy;
    }

    /**
     * A builder with this layer's settings, for networks that differ in a few of them.
     *
     * @return a new builder; the wrapped layer is not copied
     */
    public Builder toBuilder() {
        Builder b = new Builder(underlying, kind);
        b.placement = placement;
        b.increments = new ArrayList<>(increments);
        b.trained = new LinkedHashSet<>(trained);
        b.scores = scores;
        b.initialScore = initialScore;
        b.inputGradient = inputGradient;
        b.updater = updater;
        b.weights = getWeights();
        b.masks = getMasks();
        b.shared = shared;
        return b;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoraLayer o
                && Objects.equals(underlying, o.underlying)
                && kind.equals(o.kind)
                && toString().equals(o.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof LoraLayer;
    }

    @Override
    public String toString() {
        return "LoraLayer(name="
                + getLayerName()
                + ", placement="
                + placement
                + ", increments="
                + increments
                + ", trained="
                + trained
                + ", scores="
                + scores
                + ", initialScore="
                + initialScore
                + ", inputGradient="
                + inputGradient
                + ", updater="
                + updater
                + ", weights="
                + weights
                + ", masks="
                + masks
                + ")";
    }

    /** Settings of a {@link LoraLayer}. */
    public static final class Builder {
        private final Layer base;
        private final LoraKind kind;
        private BasePlacement placement = BasePlacement.INSIDE;
        private List<LoraIncrement> increments = new ArrayList<>();
        private Set<String> trained = new LinkedHashSet<>();
        private boolean scores;
        private double initialScore;
        private boolean inputGradient = true;
        private IUpdater updater;
        private Map<String, Double> weights = new LinkedHashMap<>();
        private Map<String, Double> masks = new LinkedHashMap<>();
        private Map<String, INDArray> shared;

        /**
         * Starts with the layer to be frozen.
         *
         * @param base its configuration
         * @param kind how it takes increments
         * @throws IllegalArgumentException if the kind cannot wrap the layer
         */
        public Builder(Layer base, LoraKind kind) {
            this.base = Objects.requireNonNull(base, "base");
            this.kind = Objects.requireNonNull(kind, "kind");
            if (!kind.handles(base)) {
                throw new IllegalArgumentException(
                        kind.getClass().getSimpleName()
                                + " cannot wrap layer "
                                + base.getLayerName()
                                + " of type "
                                + base.getClass().getSimpleName());
            }
        }

        /**
         * Sets where the frozen weights live.
         *
         * @param placement {@link BasePlacement#INSIDE} by default
         * @return this
         */
        public Builder placement(BasePlacement placement) {
            this.placement = Objects.requireNonNull(placement, "placement");
            return this;
        }

        /**
         * Sets the increments.
         *
         * @param increments on matrices of the layer, each adapter at most once on each; none by
         *     default
         * @return this
         */
        public Builder increments(List<LoraIncrement> increments) {
            this.increments = List.copyOf(increments);
            return this;
        }

        /**
         * Sets which parameters of the wrapped layer learn.
         *
         * @param trained keys such as "b"; none by default
         * @return this
         */
        public Builder trained(Collection<String> trained) {
            this.trained = new LinkedHashSet<>(trained);
            return this;
        }

        /**
         * Adds a score to each matrix with increments.
         *
         * @param initialScore s at initialization; gamma starts at sigmoid(s)
         * @return this
         */
        public Builder scores(double initialScore) {
            this.scores = true;
            this.initialScore = Require.finite("initialScore", initialScore);
            return this;
        }

        /**
         * Removes the scores.
         *
         * @return this
         */
        public Builder withoutScores() {
            this.scores = false;
            this.initialScore = 0;
            return this;
        }

        /**
         * Sets whether the gradient with respect to the input is computed.
         *
         * @param inputGradient true by default; false only if nothing below learns
         * @return this
         */
        public Builder inputGradient(boolean inputGradient) {
            this.inputGradient = inputGradient;
            return this;
        }

        /**
         * Sets the updater of everything that learns here.
         *
         * @param updater null, the default, for the wrapped layer's own
         * @return this
         */
        public Builder updater(IUpdater updater) {
            this.updater = updater;
            return this;
        }

        /**
         * Sets the weights of adapters.
         *
         * @param weights adapter name to weight; 1 for those not named
         * @return this
         */
        public Builder weights(Map<String, Double> weights) {
            this.weights = new LinkedHashMap<>(weights);
            return this;
        }

        /**
         * Sets the masks of matrices.
         *
         * @param masks matrix to gamma; 1 for those not named
         * @return this
         */
        public Builder masks(Map<String, Double> masks) {
            this.masks = new LinkedHashMap<>(masks);
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a layer with the wrapped layer's name
         * @throws IllegalArgumentException if an increment does not fit the layer
         */
        public LoraLayer build() {
            LoraLayer layer = new LoraLayer(this);
            IncrementChecks.check(layer);
            return layer;
        }
    }
}
