package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * CLIP's symmetric contrastive loss (Radford et al. 2021, figure 3), an output layer: the input
 * [batch, batch] are logits of which first fits which second, the loss is the mean of the cross
 * entropies along rows and along columns. {@code graph.output} gives the logits.
 *
 * <p>Labels [batch, batch] are the probabilities, the same for rows and columns: the identity
 * matrix if only the vectors of one example fit each other.
 */
public final class ContrastiveLoss extends VisionLayer {
    private static final long serialVersionUID = 1L;

    /** A loss. */
    public ContrastiveLoss() {}

    @Override
    Layer runtime(NeuralNetConfiguration conf, DataType dataType) {
        return new ContrastiveLossRuntime(conf, dataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return inputType;
    }

    @Override
    public String toString() {
        return "ContrastiveLoss()";
    }
}
