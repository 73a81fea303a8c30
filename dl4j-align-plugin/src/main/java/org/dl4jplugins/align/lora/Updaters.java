package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.learning.config.IUpdater;

/** Updaters of layers that train fully. */
final class Updaters {
    private Updaters() {}

    static void set(Layer layer, IUpdater updater) {
        if (!(layer instanceof BaseLayer base)) {
            throw new IllegalArgumentException(
                    "The updater of layer "
                            + layer.getLayerName()
                            + " of type "
                            + layer.getClass().getSimpleName()
                            + " cannot be set; set it in the network and leave updater out");
        }
        base.setIUpdater(updater.clone());
        base.setBiasUpdater(null);
    }
}
