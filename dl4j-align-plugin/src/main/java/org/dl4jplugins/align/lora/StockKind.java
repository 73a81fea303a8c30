package org.dl4jplugins.align.lora;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;

/**
 * The kind of last resort: freezes any layer; output layers and dense layers with layer
 * normalization can have increments on "W".
 */
public final class StockKind extends WeightSpaceKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public StockKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return true;
    }

    @Override
    public List<LoraMatrix> matrices(Layer base) {
        boolean matrix =
                base.getClass() == OutputLayer.class
                        || base.getClass() == RnnOutputLayer.class
                        || base.getClass() == DenseLayer.class;
        if (!matrix) {
            return List.of();
        }
        FeedForwardLayer layer = (FeedForwardLayer) base;
        return List.of(
                new LoraMatrix(
                        DefaultParamInitializer.WEIGHT_KEY, layer.getNIn(), layer.getNOut()));
    }

    @Override
    public boolean onlyIfNamed(Layer base) {
        return base instanceof BaseOutputLayer;
    }
}
