package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Merges increments into the weights: {@code W + gamma * sum over active adapters (weight * scaling
 * * A B)}, DoRA's magnitudes, masks and scores included, for every kind of layer.
 *
 * <p>{@link #merge} gives a plain network again, of the original layers' classes, that is as fast
 * as the original and needs this library only if the original layers do:
 *
 * <pre>{@code
 * ComputationGraph plain = LoraMerge.merge(adapted);
 * MergeReport.compare(adapted, plain, inputs).requireAtMost(1e-4);
 * ModelSerializer.writeModel(plain, file, false);
 * }</pre>
 *
 * <p>Merged and unmerged outputs differ by rounding; {@link MergeReport} measures it. Values that
 * are not finite are found before anything is changed.
 */
public final class LoraMerge {
    private LoraMerge() {}

    /**
     * A plain graph with the increments of the active adapters merged. The given graph does not
     * change; updater state and listeners are not taken over, iterations are counted from 0.
     *
     * @param graph with increments
     * @return a new graph without {@link LoraLayer}s
     * @throws IllegalArgumentException if the graph has no increments, or no adapter is active, or
     *     another vertex uses the table of an embedding with increments
     * @throws IllegalStateException if a value is NaN or infinite, naming layer and matrix
     */
    public static ComputationGraph merge(ComputationGraph graph) {
        TiedTables.requireNone(graph);
        return plain(requireActive(Host.of(graph)), true);
    }

    /**
     * A plain network with the increments of the active adapters merged.
     *
     * @param network with increments; it does not change
     * @return a new network without {@link LoraLayer}s
     * @throws IllegalArgumentException if the network has no increments, or no adapter is active
     * @throws IllegalStateException if a value is NaN or infinite, naming layer and matrix
     * @see #merge(ComputationGraph)
     */
    public static MultiLayerNetwork merge(MultiLayerNetwork network) {
        return plain(requireActive(Host.of(network)), true);
    }

    /**
     * A plain graph without the increments. Layers and biases that were trained keep what they
     * learned, and after PiSSA the weights are the residual ones.
     *
     * @param graph with a frozen base; it does not change
     * @return a new graph without {@link LoraLayer}s
     * @throws IllegalArgumentException if the graph has no frozen base
     */
    public static ComputationGraph unload(ComputationGraph graph) {
        return plain(requireAdapted(Host.of(graph)), false);
    }

    /**
     * A plain network without the increments.
     *
     * @param network with a frozen base; it does not change
     * @return a new network without {@link LoraLayer}s
     * @throws IllegalArgumentException if the network has no frozen base
     * @see #unload(ComputationGraph)
     */
    public static MultiLayerNetwork unload(MultiLayerNetwork network) {
        return plain(requireAdapted(Host.of(network)), false);
    }

    /**
     * Merges the active adapters into a graph's own base weights, for predictions at the original's
     * speed that can be undone: {@link MergedInPlace#unmerge()} puts back a copy of the original
     * weights, so these are exactly as before (nothing is subtracted). Until then the adapters'
     * weights are 0 and cannot be set, and nothing should be trained.
     *
     * @param graph with increments and its base {@link BasePlacement#INSIDE}
     * @return what undoes it
     * @throws IllegalArgumentException if no adapter is active, or the base is shared with other
     *     networks
     * @throws IllegalStateException if a value is NaN or infinite; nothing is merged then
     */
    public static MergedInPlace mergeInPlace(ComputationGraph graph) {
        TiedTables.requireNone(graph);
        return MergedInPlace.merge(requireActive(Host.of(graph)));
    }

    /**
     * Merges the active adapters into a network's own base weights.
     *
     * @param network with increments and its base {@link BasePlacement#INSIDE}
     * @return what undoes it
     * @throws IllegalArgumentException if no adapter is active, or the base is shared with other
     *     networks
     * @throws IllegalStateException if a value is NaN or infinite; nothing is merged then
     * @see #mergeInPlace(ComputationGraph)
     */
    public static MergedInPlace mergeInPlace(MultiLayerNetwork network) {
        return MergedInPlace.merge(requireActive(Host.of(network)));
    }

    static <H extends Host<?>> H requireAdapted(H host) {
        if (host.adapted().isEmpty()) {
            throw new IllegalArgumentException(
                    "The network has no LoraLayer: LoraTransformer returns a new network with"
                            + " increments, the given one stays as it was");
        }
        return host;
    }

    private static <H extends Host<?>> H requireActive(H host) {
        List<LoraRuntime> layers = requireAdapted(host).adapted();
        boolean active =
                layers.stream()
                        .map(LoraRuntime::layerConf)
                        .anyMatch(
                                conf ->
                                        conf.getIncrements().stream()
                                                .anyMatch(i -> conf.weight(i.getAdapter()) != 0));
        if (!active) {
            throw new IllegalArgumentException(
                    "No adapter is active (or they are merged already), so merging would change"
                            + " nothing; for the base without increments call unload()");
        }
        return host;
    }

    private static <M extends Model> M plain(Host<M> host, boolean merged) {
        if (merged) {
            FiniteCheck.check(host.adapted());
        }
        Map<String, Layer> own = host.layers();
        Host.Draft<M> draft = host.draft();
        for (String name : draft.layers().names()) {
            if (draft.layers().layer(name) instanceof LoraLayer layer) {
                draft.layers().replace(name, layer.getUnderlying());
            }
        }
        draft.countAnew();
        Host<M> plain = host.like(host.initialized(draft));
        plain.layers()
                .forEach(
                        (name, layer) -> {
                            if (own.get(name) instanceof LoraRuntime lora) {
                                Filling.unwrap(lora, layer, merged);
                            } else {
                                Filling.copy(own.get(name), layer);
                            }
                        });
        return plain.model();
    }
}
