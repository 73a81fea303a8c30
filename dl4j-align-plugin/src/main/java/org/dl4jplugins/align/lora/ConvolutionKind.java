package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions over images, in both data formats. As in PEFT, A is a convolution with the base's
 * kernel, stride, padding and dilation to rank channels, and B a convolution with a kernel of 1:
 * together a low-rank change of the weights [out, in, height, width] seen as a matrix [in * height
 * * width, out].
 *
 * <p>Patches of the input are gathered once for the products with W and with A; a training step has
 * no product for dW. Dropout drops values of the input, before patches are gathered. The working
 * memory is that of the patches: kernel height times width as many values as the input has at
 * stride 1.
 */
public final class ConvolutionKind implements LoraKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public ConvolutionKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return base.getClass() == ConvolutionLayer.class || base.getClass() == Convolution2D.class;
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
        return parameter.reshape('c', matrix.out(), matrix.in()).transpose();
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
        return other instanceof ConvolutionKind;
    }

    @Override
    public int hashCode() {
        return ConvolutionKind.class.hashCode();
    }
}
