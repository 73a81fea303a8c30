package org.dl4jplugins.align.llm;

import java.util.Map;
import org.dl4jplugins.align.transformer.RotaryEmbedding;

/**
 * Rotary position embedding as configured by {@code rope_theta} and {@code rope_scaling}, or by the
 * newer {@code rope_parameters}.
 *
 * @param embedding the embedding
 * @param maxLength longest sequence in tokens
 */
record Rope(RotaryEmbedding embedding, int maxLength) {
    static Rope of(HfConfig config) {
        ConfigReader c = new ConfigReader(config);
        int maxLength = c.positive("max_position_embeddings", 2048);
        String key = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        HfConfig settings = config.has(key) ? config.object(key) : HfConfig.of(Map.of());
        ConfigReader s = new ConfigReader(settings);
        RotaryEmbedding.Builder rotary =
                new RotaryEmbedding.Builder()
                        .theta(s.above0("rope_theta", c.above0("rope_theta", 10000)))
                        .partial(c.above0("partial_rotary_factor", 1));
        String type = settings.text("rope_type", settings.text("type", "default"));
        switch (type) {
            case "default" -> {
                return new Rope(rotary.build(), maxLength);
            }
            case "linear" -> {
                return new Rope(rotary.linear(settings.number("factor")).build(), maxLength);
            }
            case "dynamic" -> {
                double factor = settings.number("factor");
                int stretched = (int) (factor * maxLength);
                return new Rope(rotary.dynamic(factor, maxLength).build(), stretched);
            }
            case "llama3" -> {
                rotary.llama3(
                        settings.number("factor"),
                        s.positive("original_max_position_embeddings"),
                        settings.number("low_freq_factor"),
                        settings.number("high_freq_factor"));
                return new Rope(rotary.build(), maxLength);
            }
            default ->
                    throw new IllegalArgumentException(
                            "rope_type in "
                                    + settings.source()
                                    + " is "
                                    + type
                                    + ", must be one of default, linear, dynamic, llama3");
        }
    }
}
