package org.dl4jplugins.core.accel;

import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Finds the accelerated runtime layer for a stock one and moves parameters, gradient views and
 * listeners over. Only layers of exactly the stock classes are exchanged: a subclass may override
 * anything. The exception is batch norm with a {@link GroupedStatistics} configuration.
 */
final class LayerExchange {
    private final Map<String, String> accelerated;
    private final Map<String, String> stock;
    private final long limit;
    private final Scratch scratch = new Scratch();

    /**
     * Starts an exchange for one network.
     *
     * @param accelerated receives name and kind of what is accelerated
     * @param stock receives name and reason of what is not
     * @param limit elements of the longest array that is accelerated
     */
    LayerExchange(Map<String, String> accelerated, Map<String, String> stock, long limit) {
        this.limit = limit;
        this.accelerated = accelerated;
        this.stock = stock;
    }

    /**
     * The accelerated layer.
     *
     * @param name for the report
     * @param old a runtime layer
     * @return a new layer in the old one's state, or the old one
     */
    Layer fast(String name, Layer old) {
        NeuralNetConfiguration conf = old.conf();
        Layer fast = null;
        String kind = null;
        String reason = null;
        if (is(old, ConvolutionLayer.class, AcceleratedConvolution.class)) {
            kind = "convolution";
            reason = AcceleratedConvolution.refuses(layer(conf));
            fast = new AcceleratedConvolution(conf, DataType.FLOAT, scratch, limit);
        } else if (is(old, BatchNormalization.class, AcceleratedBatchNorm.class)
                || old instanceof BatchNormalization
                        && conf.getLayer() instanceof GroupedStatistics) {
            kind = "batch norm";
            reason = AcceleratedBatchNorm.refuses(layer(conf));
            fast = new AcceleratedBatchNorm(conf, DataType.FLOAT, limit);
        } else if (is(old, SubsamplingLayer.class, AcceleratedPooling.class)) {
            kind = "pooling";
            reason = AcceleratedPooling.refuses(layer(conf));
            fast = new AcceleratedPooling(conf, DataType.FLOAT, limit);
        } else if (is(old, GlobalPoolingLayer.class, AcceleratedGlobalPooling.class)) {
            kind = "global pooling";
            reason = AcceleratedGlobalPooling.refuses(layer(conf));
            fast = new AcceleratedGlobalPooling(conf, DataType.FLOAT, limit);
        } else if (is(old, ActivationLayer.class, AcceleratedActivation.class)) {
            kind = "activation";
            reason = AcceleratedActivation.refuses(layer(conf));
            fast = new AcceleratedActivation(conf, DataType.FLOAT, limit);
        }
        if (kind == null) {
            return old;
        }
        if (reason != null) {
            stock.put(name, reason);
            return old;
        }
        accelerated.put(name, kind);
        if (old.getClass() == fast.getClass()) {
            return old;
        }
        adopt(old, fast);
        return fast;
    }

    private static boolean is(Layer layer, Class<?> stock, Class<?> fast) {
        return layer.getClass() == stock || layer.getClass() == fast;
    }

    @SuppressWarnings("unchecked")
    private static <T> T layer(NeuralNetConfiguration conf) {
        return (T) conf.getLayer();
    }

    /**
     * A stock layer in place of an accelerated one.
     *
     * @param fast an accelerated layer
     * @return what the layer's configuration instantiates, in the same state
     */
    static Layer stock(Layer fast) {
        NeuralNetConfiguration conf = fast.conf();
        Layer old =
                conf.getLayer()
                        .instantiate(
                                conf,
                                fast.getListeners(),
                                fast.getIndex(),
                                fast.params(),
                                false,
                                DataType.FLOAT);
        adopt(fast, old);
        return old;
    }

    private static void adopt(Layer from, Layer to) {
        to.setIndex(from.getIndex());
        to.setListeners(from.getListeners());
        to.setIterationCount(from.getIterationCount());
        to.setEpochCount(from.getEpochCount());
        to.allowInputModification(((AbstractLayer<?>) from).isInputModificationAllowed());
        if (from.numParams() > 0) {
            to.setParamTable(from.paramTable());
            to.setParamsViewArray(from.params());
            if (from.getGradientsViewArray() != null) {
                to.setBackpropGradientsViewArray(from.getGradientsViewArray());
            }
        }
    }
}
