package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Draws from normal distributions whose parameters have a gradient (the reparameterization of
 * Kingma and Welling, 2014). The input [batch, 3 * channels, height, width] is mean, logarithm of
 * the variance and standard normal noise, one after another along the channels; the output [batch,
 * channels, height, width] is {@code mean + exp(logVariance / 2) * noise}. Logarithms of variances
 * are first cut off at -30 and 20, as in Stable Diffusion.
 */
public final class GaussianSample extends VisionLayer {
    private static final long serialVersionUID = 1L;

    /** A layer. */
    public GaussianSample() {}

    @Override
    Layer runtime(NeuralNetConfiguration conf, DataType dataType) {
        return new GaussianSampleRuntime(conf, dataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        if (inputType instanceof InputType.InputTypeConvolutional c && c.getChannels() % 3 == 0) {
            return InputType.convolutional(c.getHeight(), c.getWidth(), c.getChannels() / 3);
        }
        throw new IllegalArgumentException(
                "GaussianSample takes InputType.convolutional(height, width, 3 * channels), got "
                        + inputType);
    }

    @Override
    public String toString() {
        return "GaussianSample()";
    }
}
