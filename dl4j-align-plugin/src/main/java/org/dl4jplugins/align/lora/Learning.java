package org.dl4jplugins.align.lora;

import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.Layer;

/** What learns in a network, and where the backward pass may end. */
final class Learning {
    private Learning() {}

    /** The parameters that learn, as layer.key. */
    static Set<String> parameters(NetworkLayers network) {
        Set<String> learning = new HashSet<>();
        for (String name : network.names()) {
            Layer layer = network.layer(name);
            if (NetworkLayers.parameters(layer) == 0) {
                continue;
            }
            for (String key : layer.initializer().paramKeys(layer)) {
                if (!(layer instanceof LoraLayer lora) || lora.isTrainable(key)) {
                    learning.add(name + "." + key);
                }
            }
            if (layer instanceof LoraLayer lora) {
                lora.getTrained().forEach(key -> learning.add(name + "." + key));
            }
        }
        return learning;
    }

    /** Where nothing below learns no one needs the gradient of the input. */
    static void skipNeedlessGradients(NetworkLayers network) {
        Set<String> learning = new HashSet<>();
        for (String name : network.names()) {
            Layer layer = network.layer(name);
            boolean learns =
                    layer instanceof LoraLayer lora
                            ? learns(lora)
                            : NetworkLayers.parameters(layer) > 0;
            if (learns) {
                learning.add(name);
            }
        }
        Set<String> above = network.above(learning);
        for (String name : network.names()) {
            if (network.layer(name) instanceof LoraLayer layer
                    && layer.isInputGradient() != above.contains(name)) {
                network.replace(
                        name, layer.toBuilder().inputGradient(above.contains(name)).build());
            }
        }
    }

    private static boolean learns(LoraLayer layer) {
        return !layer.getTrained().isEmpty()
                || layer.isScores() && !layer.getIncrements().isEmpty()
                || layer.getIncrements().stream().anyMatch(LoraIncrement::isTrainable);
    }
}
