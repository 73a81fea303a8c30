package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The named adapters of a network: which are active, which learn, new ones and merged ones.
 *
 * <pre>{@code
 * var adapters = Adapters.of(graph);
 * adapters.activate("poems", "rhymes");                  // their sum, from the next pass on
 * try (DisabledAdapters off = adapters.disable()) {
 *     INDArray base = graph.outputSingle(input);         // the base network's output
 * }
 * System.out.println(adapters.status());
 * ComputationGraph two = adapters.add(config);           // a new graph with one adapter more
 * }</pre>
 *
 * <p>Switching works in place and is saved and cloned with the network. What changes the structure
 * returns a new network, as DL4J keeps all parameters in one array: {@link #add}, {@link #remove},
 * {@link #train} and {@link #weightedMerge} leave the given network as it is and copy all values;
 * the updater's state is kept for every parameter that goes on learning, and so are the counters of
 * iterations and epochs unless everything that learns is new. Listeners are not taken over.
 *
 * <p>An adapter that is switched off has no gradient; that the updater's momentum and weight decay
 * do not move it either is ensured by forgetting its updater state when it is switched off here.
 *
 * @param <M> the network's class
 */
public final class Adapters<M extends Model> {
    private final Host<M> host;

    private Adapters(Host<M> host) {
        this.host = LoraMerge.requireAdapted(host);
    }

    /**
     * The adapters of a graph.
     *
     * @param graph made by {@link LoraTransformer}, or a copy of such a graph
     * @return a view; it sees later changes
     * @throws IllegalArgumentException if the graph has no {@link LoraLayer}
     */
    public static Adapters<ComputationGraph> of(ComputationGraph graph) {
        return new Adapters<>(Host.of(graph));
    }

    /**
     * The adapters of a network.
     *
     * @param network made by {@link LoraTransformer}, or a copy of such a network
     * @return a view; it sees later changes
     * @throws IllegalArgumentException if the network has no {@link LoraLayer}
     */
    public static Adapters<MultiLayerNetwork> of(MultiLayerNetwork network) {
        return new Adapters<>(Host.of(network));
    }

    /**
     * All adapters.
     *
     * @return names in the order in which they were added
     */
    public List<String> names() {
        Map<String, Integer> first = new LinkedHashMap<>();
        for (LoraLayer layer : layers()) {
            layer.getIncrements()
                    .forEach(i -> first.merge(i.getAdapter(), i.getIndex(), Math::min));
        }
        return first.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The adapters that are applied.
     *
     * @return those whose weight is not 0 in some layer
     */
    public List<String> active() {
        return names().stream().filter(this::isActive).toList();
    }

    private boolean isActive(String name) {
        return layers().stream().anyMatch(layer -> has(layer, name) && layer.weight(name) != 0);
    }

    /**
     * The adapters that learn.
     *
     * @return those with a trainable increment
     */
    public List<String> trained() {
        Set<String> trained = new HashSet<>();
        for (LoraLayer layer : layers()) {
            layer.getIncrements().stream()
                    .filter(LoraIncrement::isTrainable)
                    .forEach(i -> trained.add(i.getAdapter()));
        }
        return names().stream().filter(trained::contains).toList();
    }

    /**
     * Applies these adapters with weight 1 (several are summed) and no others, from the next
     * forward pass on.
     *
     * @param names of adapters; none for the base alone
     * @throws IllegalArgumentException if there is no such adapter
     * @throws IllegalStateException if the adapters are merged in place
     */
    public void activate(String... names) {
        Set<String> chosen = new HashSet<>(List.of(known(names)));
        names().forEach(name -> set(name, chosen.contains(name) ? 1 : 0));
    }

    /**
     * Sets what an adapter's increments are multiplied by in all layers, from the next forward pass
     * on.
     *
     * @param name of an adapter
     * @param weight 1 for as trained, 0 for off, or any other finite number
     * @throws IllegalArgumentException if there is no such adapter or the weight is not finite
     * @throws IllegalStateException if the adapters are merged in place
     */
    public void weight(String name, double weight) {
        known(name);
        set(name, Require.finite("weight of " + name, weight));
    }

    private void set(String name, double weight) {
        Set<String> off = new HashSet<>();
        for (LoraLayer layer : layers()) {
            for (LoraIncrement i : layer.getIncrements()) {
                if (i.getAdapter().equals(name)) {
                    layer.weight(name, weight);
                    for (String key : List.of(i.keyA(), i.keyB(), i.keyM())) {
                        off.add(layer.getLayerName() + "." + key);
                    }
                }
            }
        }
        if (weight == 0) {
            UpdaterStates.clear(host, off::contains);
        }
    }

    /**
     * Switches all adapters off until the scope is closed; scopes can be nested. Inside, the output
     * is the base network's; only biases and layers that were trained fully, and weights that PiSSA
     * replaced, differ from the original network's.
     *
     * @return the scope, for try-with-resources; do not train inside
     * @throws IllegalStateException if the adapters are merged in place
     */
    public DisabledAdapters disable() {
        return new DisabledAdapters(host);
    }

    /**
     * All adapters on all their matrices: norms, what learns, what is not applied and why.
     *
     * @return a table of this moment
     */
    public AdapterReport status() {
        List<AdapterStatus> rows = new ArrayList<>();
        boolean others = !host.trainedFully().isEmpty();
        for (LoraRuntime layer : host.adapted()) {
            LoraLayer conf = layer.layerConf();
            conf.getIncrements().forEach(i -> rows.add(AdapterStatus.of(layer, i)));
            others |=
                    !conf.getTrained().isEmpty()
                            || conf.isScores() && !conf.getIncrements().isEmpty();
        }
        return new AdapterReport(rows, others);
    }

    /**
     * A network with one adapter more. The new one is active and learns; the others keep their
     * values, are switched off and do not learn, until {@link #activate} and {@link #train} say
     * otherwise.
     *
     * @param config of the new adapter; its base placement is ignored, and its updater, if set, is
     *     that of every layer it is on
     * @return a new network
     * @throws IllegalArgumentException if the name is taken, nothing is chosen, a chosen layer is
     *     trained fully, or the adapter would change what the others share: biases, frozen layers
     *     named in modulesToSave, PiSSA's base weights
     */
    public M add(LoraConfig config) {
        return host.rebuildLayers(AdapterAddition.of(host, names(), config)::apply);
    }

    /**
     * A network with one adapter less; layers that have no increments left are frozen.
     *
     * @param name of an adapter
     * @return a new network
     * @throws IllegalArgumentException if there is no such adapter
     */
    public M remove(String name) {
        known(name);
        return host.rebuildLayers(
                layer -> {
                    Map<String, Double> weights = layer.getWeights();
                    weights.remove(name);
                    return layer.toBuilder()
                            .weights(weights)
                            .increments(
                                    layer.getIncrements().stream()
                                            .filter(i -> !i.getAdapter().equals(name))
                                            .toList())
                            .build();
                });
    }

    /**
     * A network in which these adapters learn and no others: the others have no gradient and no
     * updater state, so nothing moves them. Adapters that shall learn but are switched off are
     * switched on with weight 1; all other weights stay. Scores, biases and layers that are trained
     * fully go on learning.
     *
     * @param names of adapters; none to freeze all
     * @return a new network
     * @throws IllegalArgumentException if there is no such adapter
     */
    public M train(String... names) {
        Set<String> chosen = new HashSet<>(List.of(known(names)));
        return host.rebuildLayers(
                layer -> {
                    Map<String, Double> weights = layer.getWeights();
                    List<LoraIncrement> increments = new ArrayList<>();
                    for (LoraIncrement i : layer.getIncrements()) {
                        boolean learns = chosen.contains(i.getAdapter());
                        increments.add(i.toBuilder().trainable(learns).build());
                        if (learns) {
                            weights.remove(i.getAdapter(), 0.0);
                        }
                    }
                    return layer.toBuilder().increments(increments).weights(weights).build();
                });
    }

    /**
     * A network with a new adapter that is made of others, as PEFT's {@code add_weighted_adapter}
     * does it. The new one is the only active one and does not learn; the others keep their values
     * and whether they learn. On each matrix those adapters are merged that are on it. The
     * adapters' own weights do not count, only those of the mix and the scalings; the new scaling
     * is 1.
     *
     * @param mix which adapters, their weights, and the method
     * @return a new network
     * @throws IllegalArgumentException if there is no such adapter, the name is taken, an adapter
     *     is weight-decomposed (DoRA), or ranks on a matrix differ and the method is not {@link
     *     MixMethod#CAT}
     */
    public M weightedMerge(AdapterMix mix) {
        known(mix.weights().keySet().toArray(new String[0]));
        requireNew(names(), mix.name());
        AdapterMixing mixing = new AdapterMixing(host, names(), mix);
        M merged = host.rebuildLayers(mixing::apply);
        mixing.fill(host.like(merged));
        return merged;
    }

    private String[] known(String... names) {
        List<String> all = names();
        for (String name : names) {
            if (!all.contains(name)) {
                throw new IllegalArgumentException(
                        "There is no adapter \"" + name + "\", the network has " + all);
            }
        }
        return names;
    }

    static void requireNew(List<String> names, String name) {
        if (names.contains(name)) {
            throw new IllegalArgumentException(
                    "There is an adapter \"" + name + "\" already; the network has " + names);
        }
    }

    private static boolean has(LoraLayer layer, String adapter) {
        return layer.getIncrements().stream().anyMatch(i -> i.getAdapter().equals(adapter));
    }

    private List<LoraLayer> layers() {
        return host.adapted().stream().map(LoraRuntime::layerConf).toList();
    }
}
