package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;

/** "W" and "b" as in a stock dense layer. */
final class LinearParams extends DefaultParamInitializer {
    @Override
    protected boolean hasBias(Layer layer) {
        return ((Linear) layer).isHasBias();
    }
}
