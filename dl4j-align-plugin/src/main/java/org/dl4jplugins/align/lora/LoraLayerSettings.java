package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** The values of a {@link LoraLayer} and how to set them. */
abstract class LoraLayerSettings {
    final Layer base;
    final LoraKind kind;
    BasePlacement placement = BasePlacement.INSIDE;
    List<LoraIncrement> increments = new ArrayList<>();
    Set<String> trained = new LinkedHashSet<>();
    boolean scores;
    double initialScore;
    boolean inputGradient = true;
    IUpdater updater;
    Map<String, Double> weights = new LinkedHashMap<>();
    Map<String, Double> masks = new LinkedHashMap<>();
    Map<String, INDArray> shared;

    LoraLayerSettings(Layer base, LoraKind kind) {
        this.base = Objects.requireNonNull(base, "base");
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    private LoraLayer.Builder self() {
        return (LoraLayer.Builder) this;
    }

    /**
     * Sets where the frozen weights live.
     *
     * @param placement {@link BasePlacement#INSIDE} by default
     * @return this
     */
    public LoraLayer.Builder placement(BasePlacement placement) {
        this.placement = Objects.requireNonNull(placement, "placement");
        return self();
    }

    /**
     * Sets the increments.
     *
     * @param increments on matrices of the layer, each adapter at most once on each; none by
     *     default
     * @return this
     */
    public LoraLayer.Builder increments(List<LoraIncrement> increments) {
        this.increments = List.copyOf(increments);
        return self();
    }

    /**
     * Sets which parameters of the wrapped layer learn.
     *
     * @param trained keys such as "b"; none by default
     * @return this
     */
    public LoraLayer.Builder trained(Collection<String> trained) {
        this.trained = new LinkedHashSet<>(trained);
        return self();
    }

    /**
     * Adds a score to each matrix with increments.
     *
     * @param initialScore s at initialization; gamma starts at sigmoid(s)
     * @return this
     */
    public LoraLayer.Builder scores(double initialScore) {
        this.scores = true;
        this.initialScore = Require.finite("initialScore", initialScore);
        return self();
    }

    /**
     * Removes the scores.
     *
     * @return this
     */
    public LoraLayer.Builder withoutScores() {
        this.scores = false;
        this.initialScore = 0;
        return self();
    }

    /**
     * Sets whether the gradient with respect to the input is computed.
     *
     * @param inputGradient true by default; false only if nothing below learns
     * @return this
     */
    public LoraLayer.Builder inputGradient(boolean inputGradient) {
        this.inputGradient = inputGradient;
        return self();
    }

    /**
     * Sets the updater of everything that learns here.
     *
     * @param updater null, the default, for the wrapped layer's own
     * @return this
     */
    public LoraLayer.Builder updater(IUpdater updater) {
        this.updater = updater;
        return self();
    }

    /**
     * Sets the weights of adapters.
     *
     * @param weights adapter name to weight; 1 for those not named
     * @return this
     */
    public LoraLayer.Builder weights(Map<String, Double> weights) {
        this.weights = new LinkedHashMap<>(weights);
        return self();
    }

    /**
     * Sets the masks of matrices.
     *
     * @param masks matrix to gamma; 1 for those not named
     * @return this
     */
    public LoraLayer.Builder masks(Map<String, Double> masks) {
        this.masks = new LinkedHashMap<>(masks);
        return self();
    }
}
