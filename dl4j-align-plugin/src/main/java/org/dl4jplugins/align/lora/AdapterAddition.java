package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One adapter more on a network that has some. */
final class AdapterAddition {
    private final LoraConfig config;
    private final List<String> others;
    private final Map<String, List<LoraIncrement>> increments;

    private AdapterAddition(
            LoraConfig config, List<String> others, Map<String, List<LoraIncrement>> increments) {
        this.config = config;
        this.others = others;
        this.increments = increments;
    }

    static AdapterAddition of(Host<?> host, List<String> names, LoraConfig config) {
        Adapters.requireNew(names, config.adapterName());
        requireOwn(host, names, config);
        return new AdapterAddition(config, names, increments(host, config));
    }

    /** Refuses what other adapters would see. */
    private static void requireOwn(Host<?> host, List<String> names, LoraConfig config) {
        if (config.bias() != BiasMode.NONE) {
            throw new IllegalArgumentException(
                    "bias must be NONE for an added adapter, as all adapters share the biases; got "
                            + config.bias());
        }
        if (config.init() == LoraInit.PISSA && !names.isEmpty()) {
            throw new IllegalArgumentException(
                    "init PISSA replaces the base weights that adapters "
                            + names
                            + " were trained on; use KAIMING or GAUSSIAN");
        }
        Set<String> full = host.trainedFully();
        for (String suffix : config.modulesToSave()) {
            for (String layer : host.layers().keySet()) {
                if (Targets.ends(List.of(suffix), layer) && !full.contains(layer)) {
                    throw new IllegalArgumentException(
                            "modulesToSave: layer "
                                    + layer
                                    + " is frozen for the other adapters; layers trained fully are "
                                    + full);
                }
            }
        }
    }

    private static Map<String, List<LoraIncrement>> increments(Host<?> host, LoraConfig config) {
        NetworkLayers bare = host.draft().layers();
        Map<String, LoraLayer> wrapped = new LinkedHashMap<>();
        List<LoraKind> kinds = new ArrayList<>();
        int index = 0;
        for (String name : bare.names()) {
            if (bare.layer(name) instanceof LoraLayer layer) {
                wrapped.put(name, layer);
                bare.replace(name, layer.getUnderlying());
                if (!(layer.getKind() instanceof StockKind) && !kinds.contains(layer.getKind())) {
                    kinds.add(layer.getKind());
                }
                for (LoraIncrement i : layer.getIncrements()) {
                    index = Math.max(index, i.getIndex() + 1);
                }
            }
        }
        LoraConfig own = config.toBuilder().modulesToSave().build();
        Map<String, List<LoraIncrement>> increments = new LinkedHashMap<>();
        for (LoraTarget target :
                new LoraPlanner(own, bare, new LoraKinds(kinds)).plan().targets()) {
            LoraLayer layer = wrapped.get(target.layer());
            if (layer != null) {
                increments
                        .computeIfAbsent(target.layer(), name -> new ArrayList<>())
                        .add(target.increment().toBuilder().index(index).build());
            } else if (!config.isAllLinear()) {
                throw new IllegalArgumentException(
                        "Layer " + target.layer() + " is trained fully and takes no increments");
            }
        }
        if (increments.isEmpty()) {
            throw new IllegalArgumentException(
                    "All layers that adapter " + config.adapterName() + " chooses train fully");
        }
        return increments;
    }

    LoraLayer apply(LoraLayer layer) {
        List<LoraIncrement> all = new ArrayList<>();
        layer.getIncrements().forEach(i -> all.add(i.toBuilder().trainable(false).build()));
        List<LoraIncrement> own = increments.getOrDefault(layer.getLayerName(), List.of());
        all.addAll(own);
        LoraLayer.Builder builder =
                layer.toBuilder().increments(all).weights(Switches.allOff(layer, others));
        if (!own.isEmpty() && config.updater() != null) {
            builder.updater(config.updater());
        }
        return builder.build();
    }
}
