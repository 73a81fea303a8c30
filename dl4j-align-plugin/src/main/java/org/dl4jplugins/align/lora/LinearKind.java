package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.align.transformer.Linear;
import org.nd4j.linalg.api.buffer.DataType;

/** {@link Linear} and stock dense layers without layer normalization. */
public final class LinearKind implements LoraKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public LinearKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return base instanceof Linear
                || base.getClass() == DenseLayer.class && !((DenseLayer) base).hasLayerNorm();
    }

    @Override
    public List<LoraMatrix> matrices(Layer base) {
        FeedForwardLayer layer = (FeedForwardLayer) base;
        return List.of(
                new LoraMatrix(
                        DefaultParamInitializer.WEIGHT_KEY, layer.getNIn(), layer.getNOut()));
    }

    @Override
    public LoraRuntime runtime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        Layer base = ((LoraLayer) conf.getLayer()).getUnderlying();
        boolean stock = base instanceof DenseLayer;
        if (base instanceof Linear linear) {
            linear.requireNoDropout();
        }
        boolean bias = stock ? ((DenseLayer) base).hasBias() : ((Linear) base).isHasBias();
        return new LinearLoraRuntime(conf, dataType, bias, stock);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinearKind;
    }

    @Override
    public int hashCode() {
        return LinearKind.class.hashCode();
    }
}
