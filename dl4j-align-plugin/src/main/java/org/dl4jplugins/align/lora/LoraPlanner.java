package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.layers.Layer;

/** Decides what happens to each layer. */
final class LoraPlanner {
    private final LoraConfig config;
    private final NetworkLayers network;
    private final LoraKinds kinds;
    private final Targets rule;

    private final List<LoraTarget> targets = new ArrayList<>();
    private final List<String> saved = new ArrayList<>();
    private final Map<String, LoraLayer.Builder> builders = new LinkedHashMap<>();
    private final List<String> candidates = new ArrayList<>();
    private final Set<String> learning = new HashSet<>();
    private long trainable;
    private long total;

    LoraPlanner(LoraConfig config, NetworkLayers network, LoraKinds kinds) {
        this.config = config;
        this.network = network;
        this.kinds = kinds;
        rule = new Targets(config);
    }

    LoraPlan plan() {
        for (String name : network.names()) {
            Layer base = network.layer(name);
            if (base instanceof LoraLayer) {
                throw new IllegalArgumentException(
                        "Layer " + name + " has adapters already; add another one to those");
            }
            long parameters = NetworkLayers.parameters(base);
            if (parameters == 0) {
                continue;
            }
            total += parameters;
            if (rule.savesFully(name)) {
                saved.add(name);
                learning.add(name);
                trainable += parameters;
            } else {
                wrap(name, base);
            }
        }
        check();
        Set<String> above = network.above(learning);
        Map<String, LoraLayer> layers = new LinkedHashMap<>();
        builders.forEach(
                (name, builder) ->
                        layers.put(name, builder.inputGradient(above.contains(name)).build()));
        return new LoraPlan(config, targets, layers, saved, trainable, total);
    }

    private void wrap(String name, Layer base) {
        LoraKind kind = kinds.of(base);
        List<LoraIncrement> increments = increments(name, base, kind);
        Set<String> trained = trained(base, !increments.isEmpty());
        if (!increments.isEmpty() || !trained.isEmpty()) {
            learning.add(name);
        }
        builders.put(
                name,
                new LoraLayer.Builder(base, kind)
                        .placement(config.base())
                        .updater(config.updater())
                        .trained(trained)
                        .increments(increments));
    }

    private List<LoraIncrement> increments(String layer, Layer base, LoraKind kind) {
        List<LoraIncrement> increments = new ArrayList<>();
        List<LoraMatrix> matrices = kind.matrices(base);
        boolean named = kind.onlyIfNamed(base) || network.isHead(layer);
        for (LoraMatrix matrix : matrices) {
            String name = matrices.size() == 1 ? layer : layer + "." + matrix.name();
            candidates.add(name);
            if (rule.chooses(layer, name, named)) {
                LoraIncrement increment = increment(name, matrix, kind);
                LoraTarget target = new LoraTarget(name, layer, matrix, increment);
                targets.add(target);
                increments.add(increment);
                trainable += target.parameters();
                total += target.parameters();
            }
        }
        return increments;
    }

    private LoraIncrement increment(String name, LoraMatrix matrix, LoraKind kind) {
        return new LoraIncrement.Builder(
                        config.adapterName(), matrix.name(), config.rank(name), config.alpha(name))
                .rsLora(config.isRsLora())
                .dropout(kind.allowsDropout() ? config.dropout() : 0)
                .dora(config.isDora())
                .init(config.init())
                .seed(config.seed())
                .build();
    }

    private Set<String> trained(Layer base, boolean adapted) {
        boolean learns =
                config.bias() == BiasMode.ALL || config.bias() == BiasMode.LORA_ONLY && adapted;
        Set<String> keys = new HashSet<>();
        if (learns) {
            keys.addAll(BaseKeys.biases(base));
        }
        if (!keys.isEmpty()) {
            Map<String, long[]> shapes = BaseShapes.of(base);
            for (String key : keys) {
                long length = 1;
                for (long size : shapes.get(key)) {
                    length *= size;
                }
                trainable += length;
            }
        }
        return keys;
    }

    private void check() {
        checkTargets();
        checkSuffixes();
        checkPatterns("rankPattern", config.rankPatterns().keySet());
        checkPatterns("alphaPattern", config.alphaPatterns().keySet());
    }

    private void checkPatterns(String setting, Set<String> patterns) {
        for (String pattern : patterns) {
            Pattern ending = LoraConfigSettings.ending(setting, pattern);
            if (targets.stream().noneMatch(t -> ending.matcher(t.name()).matches())) {
                throw new IllegalArgumentException(
                        setting
                                + " \""
                                + pattern
                                + "\" fits none of the chosen matrices "
                                + targets.stream().map(LoraTarget::name).toList());
            }
        }
    }

    private void checkTargets() {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException(
                    "No matrix is chosen by targets "
                            + config.targets()
                            + ", targetRegex "
                            + config.targetRegex()
                            + ", allLinear "
                            + config.isAllLinear()
                            + ", exclude "
                            + config.exclude()
                            + ", layers "
                            + config.layers()
                            + "; the network has "
                            + candidates);
        }
        for (String suffix : config.targets()) {
            boolean used =
                    candidates.stream().anyMatch(c -> Targets.ends(List.of(suffix), c))
                            || targets.stream()
                                    .anyMatch(t -> Targets.ends(List.of(suffix), t.layer()));
            if (!used) {
                throw new IllegalArgumentException(
                        "Nothing ends with target \""
                                + suffix
                                + "\"; the network has "
                                + candidates);
            }
        }
    }

    private void checkSuffixes() {
        for (String suffix : config.exclude()) {
            boolean used =
                    candidates.stream().anyMatch(c -> Targets.ends(List.of(suffix), c))
                            || network.names().stream()
                                    .anyMatch(n -> Targets.ends(List.of(suffix), n));
            if (!used) {
                throw new IllegalArgumentException(
                        "Nothing ends with \""
                                + suffix
                                + "\" of exclude; the network has "
                                + candidates);
            }
        }
        for (String suffix : config.modulesToSave()) {
            if (saved.stream().noneMatch(s -> Targets.ends(List.of(suffix), s))) {
                throw new IllegalArgumentException(
                        "No layer with parameters ends with \""
                                + suffix
                                + "\" of modulesToSave; the network has "
                                + network.names());
            }
        }
    }
}
