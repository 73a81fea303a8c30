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
public final class LoraLayer extends LoraStructure {
    private static final long serialVersionUID = 1L;

    private Map<String, Double> weights;
    private Map<String, Double> masks;
    private transient Map<String, INDArray> shared;
    private transient boolean merged;

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
        super(
                underlying,
                kind,
                placement,
                increments,
                trained,
                scores,
                initialScore,
                inputGradient,
                updater);
        this.weights = new LinkedHashMap<>(weights);
        this.masks = new LinkedHashMap<>(masks);
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
     * @throws IllegalStateException if the increments are merged into the base, see {@link
     *     LoraMerge#mergeInPlace}
     */
    public void weight(String adapter, double weight) {
        Require.finite("weight of " + adapter, weight);
        if (merged) {
            throw new IllegalStateException(
                    "The increments of layer \""
                            + getLayerName()
                            + "\" are merged into its base weights and would count twice: call"
                            + " unmerge() first");
        }
        if (weight == 1) {
            weights.remove(adapter);
        } else {
            weights.put(adapter, weight);
        }
    }

    /** Whether the increments are part of the base weights for the time being. */
    void merged(boolean merged) {
        this.merged = merged;
    }

    /** Whether a key is a factor of an adapter that is switched off and so must not decay. */
    private boolean isOff(String key) {
        for (LoraIncrement i : getIncrements()) {
            if (key.equals(i.keyA()) || key.equals(i.keyB())) {
                return weight(i.getAdapter()) == 0;
            }
        }
        return false;
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
        Require.finite("mask of " + matrix, gamma);
        if (gamma == 1) {
            masks.remove(matrix);
        } else {
            masks.put(matrix, gamma);
        }
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
        LoraRuntime layer = getKind().runtime(conf, trainingListeners, layerIndex, networkDataType);
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
        return getUpdater() != null ? getUpdater() : underlying.getUpdaterByParam(baseKey(key));
    }

    @Override
    public List<Regularization> getRegularizationByParam(String key) {
        boolean decays =
                isTrainable(key)
                        && !key.endsWith(".score")
                        && !key.contains(".loraM.")
                        && !isOff(key);
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
        Builder b = new Builder(underlying, getKind());
        b.placement = getPlacement();
        b.increments = new ArrayList<>(getIncrements());
        b.trained = new LinkedHashSet<>(getTrained());
        b.scores = isScores();
        b.initialScore = getInitialScore();
        b.inputGradient = isInputGradient();
        b.updater = getUpdater();
        b.weights = getWeights();
        b.masks = getMasks();
        b.shared = shared;
        return b;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoraLayer o
                && Objects.equals(underlying, o.underlying)
                && getKind().equals(o.getKind())
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
        return "LoraLayer(" + structure() + ", weights=" + weights + ", masks=" + masks + ")";
    }

    /** Settings of a {@link LoraLayer}. */
    public static final class Builder extends LoraLayerSettings {
        /**
         * Starts with the layer to be frozen.
         *
         * @param base its configuration
         * @param kind how it takes increments
         * @throws IllegalArgumentException if the kind cannot wrap the layer
         */
        public Builder(Layer base, LoraKind kind) {
            super(base, kind);
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
