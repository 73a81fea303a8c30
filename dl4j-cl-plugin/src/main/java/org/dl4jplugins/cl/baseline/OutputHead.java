package org.dl4jplugins.cl.baseline;

import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The output layer that a stream scores, whose loss can be exchanged for a while.
 *
 * @param graph its graph
 * @param output its index among the outputs
 * @param layer its configuration, with a loss
 */
record OutputHead(ComputationGraph graph, int output, FeedForwardLayer layer) {

    /**
     * @throws IllegalArgumentException if the layer has no loss that can be exchanged
     */
    static OutputHead of(ComputationGraph graph, int output, String method) {
        String name = graph.getConfiguration().getNetworkOutputs().get(output);
        Layer layer = graph.getOutputLayer(output).conf().getLayer();
        while (layer instanceof BaseWrapperLayer wrapper) {
            layer = wrapper.getUnderlying();
        }
        if (layer instanceof BaseOutputLayer || layer instanceof LossLayer) {
            return new OutputHead(graph, output, (FeedForwardLayer) layer);
        }
        throw new IllegalArgumentException(
                String.format(
                        "%s needs an output layer or a loss layer with a loss function, layer '%s'"
                                + " is a %s",
                        method, name, layer.getClass().getName()));
    }

    ILossFunction loss() {
        return layer instanceof BaseOutputLayer own
                ? own.getLossFn()
                : ((LossLayer) layer).getLossFn();
    }

    private void loss(ILossFunction loss) {
        if (layer instanceof BaseOutputLayer own) {
            own.setLossFn(loss);
        } else {
            ((LossLayer) layer).setLossFn(loss);
        }
    }

    /** Runs with another loss. */
    void with(ILossFunction loss, Runnable run) {
        ILossFunction own = loss();
        loss(loss);
        try {
            run.run();
        } finally {
            loss(own);
        }
    }

    /**
     * A gradient step with another loss. Listeners that look at the model after the gradient, to
     * save it for instance, find its own loss.
     *
     * @param masked examples, without a mask of the output
     */
    void fit(Learner learner, LogitLoss loss, MultiDataSet masked) {
        ILossFunction own = loss();
        with(loss, () -> Gradients.with(graph, g -> loss(own), () -> learner.fitMasked(masked)));
    }

    /**
     * The outputs before the activation, of the model as it is used: without dropout, with running
     * statistics.
     *
     * @param data examples, with labels of the right shape
     * @return [examples, classes], or [examples x time, classes] in the order of DL4J's losses
     */
    INDArray logits(MultiDataSet data) {
        INDArray[] seen = new INDArray[1];
        LogitLoss.Term keep =
                (logits, mask, gradient) -> {
                    seen[0] = logits.dup('c').detach();
                    return 0;
                };
        graph.clear();
        with(new LogitLoss(loss(), null, null, keep), () -> graph.score(unmasked(data), false));
        graph.clear();
        return seen[0];
    }

    /** The mask [examples, classes] of the output, null if there is none or time has its own. */
    INDArray mask(MultiDataSet data) {
        INDArray[] masks = data.getLabelsMaskArrays();
        return masks == null || data.getLabels(output).rank() != 2 ? null : masks[output];
    }

    /**
     * The examples without the mask of the output: DL4J multiplies outputs before the activation by
     * it, and what they were is lost to the loss. Masks over time stay.
     */
    MultiDataSet unmasked(MultiDataSet data) {
        if (mask(data) == null) {
            return data;
        }
        INDArray[] masks = data.getLabelsMaskArrays().clone();
        masks[output] = null;
        return new org.nd4j.linalg.dataset.MultiDataSet(
                data.getFeatures(),
                data.getLabels(),
                data.getFeaturesMaskArrays(),
                masks,
                data.getExampleMetaData());
    }
}
