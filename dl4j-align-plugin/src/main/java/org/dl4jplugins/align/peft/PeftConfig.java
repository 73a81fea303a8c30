package org.dl4jplugins.align.peft;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.lora.BiasMode;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraIncrement;
import org.dl4jplugins.align.lora.LoraInit;
import org.dl4jplugins.align.lora.LoraLayer;

/** {@code adapter_config.json}, to and from our settings. */
final class PeftConfig {
    static final String FILE = "adapter_config.json";

    /** What we read; and what may say anything because it changes nothing for a loaded adapter. */
    private static final Set<String> KNOWN =
            Set.of(
                    "peft_type",
                    "r",
                    "lora_alpha",
                    "lora_dropout",
                    "target_modules",
                    "exclude_modules",
                    "layers_to_transform",
                    "rank_pattern",
                    "alpha_pattern",
                    "use_rslora",
                    "use_dora",
                    "bias",
                    "modules_to_save",
                    "init_lora_weights",
                    "fan_in_fan_out",
                    "base_model_name_or_path",
                    "task_type",
                    "inference_mode",
                    "auto_mapping",
                    "revision",
                    "peft_version");

    private PeftConfig() {}

    /** The settings of an adapter, read off a graph. */
    static HfConfig of(ComputationGraph graph, String adapter, PeftOrigin origin) {
        Map<String, LoraIncrement> increments = new LinkedHashMap<>();
        List<String> whole = new ArrayList<>();
        boolean adaptedBias = false;
        boolean otherBias = false;
        for (Layer layer : graph.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (!(layer.conf().getLayer() instanceof LoraLayer lora)) {
                if (layer.numParams() > 0) {
                    whole.add(name);
                }
                continue;
            }
            boolean adapted = false;
            for (LoraIncrement increment : lora.getIncrements()) {
                if (increment.getAdapter().equals(adapter)) {
                    increments.put(PeftNames.module(name, lora, increment), increment);
                    adapted = true;
                }
            }
            adaptedBias |= adapted && !lora.getTrained().isEmpty();
            otherBias |= !adapted && !lora.getTrained().isEmpty();
        }
        if (increments.isEmpty()) {
            throw new IllegalArgumentException(
                    "The graph has no adapter \"" + adapter + "\", it has " + names(graph));
        }
        LoraIncrement first = increments.values().iterator().next();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("peft_type", "LORA");
        values.put("task_type", origin.taskType());
        values.put("base_model_name_or_path", origin.baseModel());
        values.put("r", first.getRank());
        values.put("lora_alpha", number(first.getAlpha()));
        values.put("lora_dropout", number(first.getDropout()));
        values.put("target_modules", new ArrayList<>(increments.keySet()));
        values.put("rank_pattern", others(increments, LoraIncrement::getRank, first));
        values.put("alpha_pattern", others(increments, i -> number(i.getAlpha()), first));
        values.put("use_rslora", first.isRsLora());
        values.put("use_dora", first.isDora());
        values.put("bias", otherBias ? "all" : adaptedBias ? "lora_only" : "none");
        values.put("modules_to_save", whole.isEmpty() ? null : whole);
        values.put("init_lora_weights", init(first.getInit()));
        values.put("fan_in_fan_out", false);
        values.put("inference_mode", true);
        return HfConfig.of(values);
    }

    static Set<String> names(ComputationGraph graph) {
        Set<String> names = new TreeSet<>();
        for (Layer layer : graph.getLayers()) {
            if (layer.conf().getLayer() instanceof LoraLayer lora) {
                lora.getIncrements().forEach(i -> names.add(i.getAdapter()));
            }
        }
        return names;
    }

    private interface Setting {
        Object of(LoraIncrement increment);
    }

    private static Map<String, Object> others(
            Map<String, LoraIncrement> increments, Setting setting, LoraIncrement first) {
        Map<String, Object> others = new LinkedHashMap<>();
        increments.forEach(
                (module, increment) -> {
                    if (!setting.of(increment).equals(setting.of(first))) {
                        others.put(module, setting.of(increment));
                    }
                });
        return others;
    }

    private static Object number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9 ? (Object) (long) value : value;
    }

    private static Object init(LoraInit init) {
        return switch (init) {
            case KAIMING -> true;
            case GAUSSIAN -> "gaussian";
            case PISSA -> "pissa";
        };
    }

    /** Keys that this version does not know. */
    static List<String> unknown(HfConfig config) {
        return config.keys().stream()
                .filter(key -> !KNOWN.contains(key) && !empty(config, key))
                .sorted()
                .toList();
    }

    private static boolean empty(HfConfig config, String key) {
        return !config.has(key);
    }

    /**
     * Our settings for an adapter.
     *
     * @throws IllegalArgumentException if the file is of another method, or asks for what we lack
     */
    static LoraConfig.Builder settings(HfConfig config, Path file) {
        if (!config.text("peft_type").equals("LORA")) {
            throw new IllegalArgumentException(
                    file + ": peft_type must be LORA, is " + config.text("peft_type"));
        }
        LoraConfig.Builder builder =
                new LoraConfig.Builder()
                        .rank(config.integer("r"))
                        .alpha(config.number("lora_alpha", 8))
                        .dropout(config.number("lora_dropout", 0))
                        .rsLora(config.flag("use_rslora", false))
                        .dora(config.flag("use_dora", false))
                        .bias(bias(config, file))
                        .init(init(config));
        targets(config, builder);
        if (config.has("exclude_modules")) {
            builder.exclude(config.texts("exclude_modules").toArray(String[]::new));
        }
        if (config.has("modules_to_save")) {
            builder.modulesToSave(config.texts("modules_to_save").toArray(String[]::new));
        }
        if (config.has("layers_to_transform")) {
            builder.layers(
                    config.integers("layers_to_transform").stream().mapToInt(i -> i).toArray());
        }
        if (config.has("rank_pattern")) {
            HfConfig ranks = config.object("rank_pattern");
            ranks.keys().forEach(key -> builder.rankPattern(pattern(key), ranks.integer(key)));
        }
        if (config.has("alpha_pattern")) {
            HfConfig alphas = config.object("alpha_pattern");
            alphas.keys().forEach(key -> builder.alphaPattern(pattern(key), alphas.number(key)));
        }
        return builder;
    }

    /** PEFT's keys are regular expressions that may match the end of a name. */
    private static String pattern(String key) {
        return "(.*\\.)?(" + key + ")";
    }

    private static void targets(HfConfig config, LoraConfig.Builder builder) {
        try {
            String one = config.text("target_modules");
            if (one.equals("all-linear")) {
                builder.allLinear();
            } else {
                builder.targetRegex(one);
            }
        } catch (IllegalArgumentException e) {
            builder.targets(config.texts("target_modules").toArray(String[]::new));
        }
    }

    private static BiasMode bias(HfConfig config, Path file) {
        String bias = config.text("bias", "none");
        return switch (bias) {
            case "none" -> BiasMode.NONE;
            case "all" -> BiasMode.ALL;
            case "lora_only" -> BiasMode.LORA_ONLY;
            default ->
                    throw new IllegalArgumentException(
                            file + ": bias must be none, all or lora_only, is " + bias);
        };
    }

    /** PiSSA changes the base on loading too; all else is overwritten by the file's tensors. */
    private static LoraInit init(HfConfig config) {
        try {
            return config.text("init_lora_weights", "true").startsWith("pissa")
                    ? LoraInit.PISSA
                    : LoraInit.KAIMING;
        } catch (IllegalArgumentException e) {
            return LoraInit.KAIMING;
        }
    }
}
