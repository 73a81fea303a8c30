package org.dl4jplugins.align.lora;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.learning.config.IUpdater;

/** What of a {@link LoraLayer} is fixed: increments, scores, and what learns. */
abstract class LoraStructure extends BaseWrapperLayer {
    private static final long serialVersionUID = 1L;

    private final LoraKind kind;
    private final BasePlacement placement;
    private final List<LoraIncrement> increments;
    private final Set<String> trained;
    private final boolean scores;
    private final double initialScore;
    private final boolean inputGradient;
    private final IUpdater updater;

    LoraStructure(
            Layer underlying,
            LoraKind kind,
            BasePlacement placement,
            List<LoraIncrement> increments,
            Set<String> trained,
            boolean scores,
            double initialScore,
            boolean inputGradient,
            IUpdater updater) {
        super(Objects.requireNonNull(underlying, "underlying"));
        this.kind = Objects.requireNonNull(kind, "kind");
        this.placement = Objects.requireNonNull(placement, "placement");
        this.increments = List.copyOf(increments);
        this.trained = Collections.unmodifiableSet(new LinkedHashSet<>(trained));
        this.scores = scores;
        this.initialScore = initialScore;
        this.inputGradient = inputGradient;
        this.updater = updater;
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

    /** Everything here as text, the wrapped layer left out. */
    final String structure() {
        return "name="
                + getLayerName()
                + ", kind="
                + kind.getClass().getSimpleName()
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
                + updater;
    }

    // the wrapper's generated methods do not know these fields; LoraLayer's do

    @Override
    public abstract boolean equals(Object other);

    @Override
    public abstract int hashCode();

    @Override
    public abstract String toString();
}
