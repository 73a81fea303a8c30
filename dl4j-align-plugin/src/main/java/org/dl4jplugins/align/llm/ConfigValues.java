package org.dl4jplugins.align.llm;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects the settings of a new model; insertion order is kept. */
final class ConfigValues {
    private final Map<String, Object> values = new LinkedHashMap<>();

    ConfigValues(String modelType, String architecture) {
        set("model_type", modelType);
        set("architectures", new String[] {architecture});
    }

    void set(String key, Object value) {
        values.put(key, value);
    }

    /** Sets a size. */
    void size(String key, int value) {
        set(key, Need.atLeast(1, key, value));
    }

    /** The settings, accepted by the family that will read them. */
    HfConfig checked(ModelFamily family) {
        HfConfig config = HfConfig.of(values);
        family.configuration(config, ModelOptions.defaults());
        return config;
    }
}
