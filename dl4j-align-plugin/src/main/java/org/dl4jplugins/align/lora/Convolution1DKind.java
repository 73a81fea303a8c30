package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions over sequences, as {@link ConvolutionKind} has them over images. DL4J computes with
 * weights [time, in, out], whatever shape the parameter shows; their matrix is [time * in, out].
 * Sequences may be [batch, channels, time] or, where DL4J's own backward pass is wrong, [batch,
 * time, channels].
 */
public final class Convolution1DKind implements LoraKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public Convolution1DKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return base.getClass() == Convolution1DLayer.class
                || base.getClass() == Convolution1D.class;
    }

    @Override
    public List<LoraMatrix> matrices(Layer base) {
        ConvolutionLayer layer = (ConvolutionLayer) base;
        int[] kernel = PatchShape.kernel(layer);
        long patch = layer.getNIn() * kernel[0] * kernel[1];
        return List.of(
                new LoraMatrix(ConvolutionParamInitializer.WEIGHT_KEY, patch, layer.getNOut()));
    }

    @Override
    public INDArray view(LoraMatrix matrix, INDArray parameter) {
        return parameter.reshape('c', matrix.in(), matrix.out());
    }

    @Override
    public LoraRuntime runtime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        return new ConvolutionLoraRuntime(conf, dataType);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Convolution1DKind;
    }

    @Override
    public int hashCode() {
        return Convolution1DKind.class.hashCode();
    }
}
