package org.dl4jplugins.align.llm;

import java.util.Map;
import org.dl4jplugins.align.transformer.RotaryEmbedding;

/**
 * Rotary position embedding as configured by {@code rope_theta} and {@code rope_scaling}, or by the
 * newer {@code rope_parameters}.
 */
final class Rope {
    private Rope() {}

    /**
     * The embedding of a configuration.
     *
     * @param config with {@code max_position_embeddings}, 2048 if absent
     * @param maxLength longest sequence, 0 for that of the configuration: times the factor where
     *     positions are stretched
     */
    static RotaryEmbedding of(HfConfig config, int maxLength) {
        ConfigReader c = new ConfigReader(config);
        String key = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        HfConfig settings = config.has(key) ? config.object(key) : HfConfig.of(Map.of());
        RotaryEmbedding.Builder rotary =
                new RotaryEmbedding.Builder()
                        .theta(settings.number("rope_theta", c.above0("rope_theta", 10000)))
                        .partial(
                                settings.number(
                                        "partial_rotary_factor",
                                        c.above0("partial_rotary_factor", 1)));
        int trained = c.positive("max_position_embeddings", 2048);
        int longest = trained;
        String type = settings.text("rope_type", settings.text("type", "default"));
        switch (type) {
            case "default" -> {}
            case "linear" -> {
                rotary.linear(settings.number("factor"));
                longest = (int) (settings.number("factor") * trained);
            }
            case "dynamic" -> {
                rotary.dynamic(settings.number("factor"), trained);
                longest = (int) (settings.number("factor") * trained);
            }
            case "llama3" ->
                    rotary.llama3(
                            settings.number("factor"),
                            settings.integer("original_max_position_embeddings"),
                            settings.number("low_freq_factor"),
                            settings.number("high_freq_factor"));
            default ->
                    throw new IllegalArgumentException(
                            "rope_type in "
                                    + settings.source()
                                    + " is "
                                    + type
                                    + ", must be one of default, linear, dynamic, llama3");
        }
        return rotary.maxLength(maxLength > 0 ? maxLength : longest).build();
    }
}
