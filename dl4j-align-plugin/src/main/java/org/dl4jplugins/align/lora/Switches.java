package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The adapters' weights of a network at one moment. */
final class Switches {
    private final Map<LoraLayer, Map<String, Double>> weights = new IdentityHashMap<>();

    Switches(Host<?> host) {
        for (LoraRuntime layer : host.adapted()) {
            LoraLayer conf = layer.layerConf();
            Map<String, Double> own = new LinkedHashMap<>();
            conf.getIncrements().forEach(i -> own.put(i.getAdapter(), conf.weight(i.getAdapter())));
            weights.put(conf, own);
        }
    }

    void allOff() {
        weights.forEach((layer, own) -> own.keySet().forEach(name -> layer.weight(name, 0)));
    }

    void restore() {
        weights.forEach((layer, own) -> own.forEach(layer::weight));
    }

    /** A layer's weights of adapters if some are switched off. */
    static Map<String, Double> allOff(LoraLayer layer, Collection<String> adapters) {
        Map<String, Double> weights = layer.getWeights();
        adapters.forEach(adapter -> weights.put(adapter, 0.0));
        return weights;
    }

    static void requireUntrained(Host<?> host, int iterations, String state) {
        int steps = host.iterations() - iterations;
        if (steps != 0) {
            throw new IllegalStateException(
                    "The network was trained for "
                            + steps
                            + " steps while its adapters were "
                            + state
                            + ": they had no gradient, but the updater's momentum may have moved"
                            + " them; train before or after");
        }
    }
}
