package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * What a transformation will do to a network: which matrices get increments, which layers train
 * fully, which are frozen; {@code toString()} is a table for people.
 */
public final class LoraPlan {
    private final LoraConfig config;
    private final List<LoraTarget> targets;
    private final Map<String, LoraLayer> wrapped;
    private final List<String> saved;
    private final long trainable;
    private final long total;

    LoraPlan(
            LoraConfig config,
            List<LoraTarget> targets,
            Map<String, LoraLayer> wrapped,
            List<String> saved,
            long trainable,
            long total) {
        this.config = config;
        this.targets = List.copyOf(targets);
        this.wrapped = wrapped;
        this.saved = List.copyOf(saved);
        this.trainable = trainable;
        this.total = total;
    }

    /**
     * The adapter's settings.
     *
     * @return as given
     */
    public LoraConfig config() {
        return config;
    }

    /**
     * The matrices that get increments.
     *
     * @return in the network's order
     */
    public List<LoraTarget> targets() {
        return targets;
    }

    /**
     * Layers that have parameters, no increments, and do not learn (but for their biases, if so
     * configured).
     *
     * @return their names in the network's order
     */
    public List<String> frozen() {
        return wrapped.entrySet().stream()
                .filter(e -> e.getValue().getIncrements().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Layers that are trained fully.
     *
     * @return their names in the network's order
     */
    public List<String> modulesToSave() {
        return saved;
    }

    /**
     * Number of values that learn.
     *
     * @return increments, trained biases and fully trained layers
     */
    public long trainableParameters() {
        return trainable;
    }

    /**
     * Number of all values.
     *
     * @return base and increments
     */
    public long totalParameters() {
        return total;
    }

    /**
     * Share of the values that learn.
     *
     * @return 0 to 100
     */
    public double trainablePercent() {
        return 100.0 * trainable / total;
    }

    /**
     * Makes the transformed configuration. With {@link BasePlacement#SHARED} a network initialized
     * with it has the adapters only, until {@link SharedBase#attach} gives it its base.
     *
     * @param configuration the one the plan was made for, or an equal one; it is not changed
     * @return a new configuration
     * @throws IllegalArgumentException if a layer of the plan is absent or another one
     */
    public ComputationGraphConfiguration apply(ComputationGraphConfiguration configuration) {
        ComputationGraphConfiguration copy =
                ComputationGraphConfiguration.fromJson(configuration.toJson());
        apply(NetworkLayers.of(copy));
        return copy;
    }

    /**
     * Makes the transformed configuration.
     *
     * @param configuration the one the plan was made for, or an equal one; it is not changed
     * @return a new configuration
     * @throws IllegalArgumentException if a layer of the plan is absent or another one
     */
    public MultiLayerConfiguration apply(MultiLayerConfiguration configuration) {
        MultiLayerConfiguration copy = MultiLayerConfiguration.fromJson(configuration.toJson());
        apply(NetworkLayers.of(copy));
        return copy;
    }

    private void apply(NetworkLayers network) {
        if (config.base() == BasePlacement.INSIDE && total > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "base INSIDE takes at most "
                            + Integer.MAX_VALUE
                            + " parameters, as DL4J's parameter array is int-indexed; the network"
                            + " has "
                            + total
                            + ": use base SHARED");
        }
        List<String> names = network.names();
        for (Map.Entry<String, LoraLayer> entry : wrapped.entrySet()) {
            String name = entry.getKey();
            Class<?> expected = entry.getValue().getUnderlying().getClass();
            if (!names.contains(name) || network.layer(name).getClass() != expected) {
                throw new IllegalArgumentException(
                        "The plan was made for a network with a layer "
                                + name
                                + " of type "
                                + expected.getSimpleName());
            }
            network.replace(name, entry.getValue().clone());
        }
        if (config.updater() != null) {
            saved.forEach(name -> Updaters.set(network.layer(name), config.updater()));
        }
    }

    @Override
    public String toString() {
        return LoraPlanTable.of(this);
    }
}
