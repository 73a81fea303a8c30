package org.dl4jplugins.align.lora;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.dl4jplugins.core.testing.LayerBattery;

/** The layer battery on a network whose matrices have increments with masks and scores. */
final class KindBattery {
    private KindBattery() {}

    static LayerBattery plain(ComputationGraphConfiguration base, LoraConfig config) {
        return LayerBattery.of(() -> adapted(base, config));
    }

    static LayerBattery scored(ComputationGraphConfiguration base, LoraConfig config) {
        return LayerBattery.of(
                () -> {
                    ComputationGraphConfiguration conf = adapted(base, config);
                    NetworkLayers layers = NetworkLayers.of(conf);
                    for (String name : layers.names()) {
                        if (layers.layer(name) instanceof LoraLayer layer
                                && !layer.getIncrements().isEmpty()) {
                            Map<String, Double> masks = new HashMap<>();
                            layer.adaptedMatrices().forEach(m -> masks.put(m, 0.8));
                            layers.replace(name, layer.toBuilder().masks(masks).scores(1).build());
                        }
                    }
                    return conf;
                });
    }

    private static ComputationGraphConfiguration adapted(
            ComputationGraphConfiguration base, LoraConfig config) {
        ComputationGraphConfiguration copy = base.clone();
        return new LoraTransformer.Builder(copy).config(config).build().plan().apply(copy);
    }
}
