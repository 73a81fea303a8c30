package org.dl4jplugins.align.llm;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraLayer;

/** Increments that a checkpoint would lose without a word. */
final class UnmergedAdapters {
    private UnmergedAdapters() {}

    /**
     * Refuses a graph whose output is not that of its base weights.
     *
     * @throws IllegalArgumentException naming a layer with an active adapter
     */
    static void refuse(ComputationGraph graph) {
        for (Layer layer : graph.getLayers()) {
            if (layer.conf().getLayer() instanceof LoraLayer conf) {
                conf.getIncrements().stream()
                        .map(increment -> increment.getAdapter())
                        .filter(adapter -> conf.weight(adapter) != 0)
                        .findFirst()
                        .ifPresent(adapter -> refuse(conf, adapter));
            }
        }
    }

    private static void refuse(LoraLayer layer, String adapter) {
        throw new IllegalArgumentException(
                "Layer "
                        + layer.getLayerName()
                        + " has the active adapter \""
                        + adapter
                        + "\", which a checkpoint of whole weights has no place for: merge it"
                        + " (LoraMerge.merge), or save the adapter by itself (PeftFiles)");
    }
}
