package org.dl4jplugins.examples.ila;

import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;

/** The increments of the experiment. */
final class Lora {

    private Lora() {}

    /**
     * All but which layers are adapted and how they learn. Base weights are shared with the graph
     * they are from.
     */
    static LoraConfig.Builder config(IlaSettings settings, long seed) {
        return new LoraConfig.Builder()
                .rank(settings.rank())
                .alpha(settings.alpha())
                .dropout(settings.dropout())
                .base(BasePlacement.SHARED)
                .seed(seed);
    }
}
