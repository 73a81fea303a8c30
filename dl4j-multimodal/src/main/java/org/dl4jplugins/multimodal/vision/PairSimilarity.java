package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Cosines between all pairs of two kinds of vectors. The input [batch, 2 * width] is a vector of
 * the first and one of the second kind, one after another; of the output [batch, batch], element
 * (i, j) is the cosine of the first vector of example i and the second of example j.
 */
public final class PairSimilarity extends VisionLayer {
    private static final long serialVersionUID = 1L;

    /** A layer. */
    public PairSimilarity() {}

    @Override
    Layer runtime(NeuralNetConfiguration conf, DataType dataType) {
        return new PairSimilarityRuntime(conf, dataType);
    }

    /** The width is the batch's size, which is not known before. */
    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return InputType.feedForward(1);
    }

    @Override
    public String toString() {
        return "PairSimilarity()";
    }
}
