package org.dl4jplugins.multimodal.bidiffuser;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Calls of the U-ViT.
 *
 * @param graph the network
 * @param config its sizes
 * @param steps of time 1, as the network knows them
 */
record Network(ComputationGraph graph, UViTConfig config, int steps) {

    /** Steps that networks with continuous time see as time 1. */
    private static final int CONTINUOUS = 1000;

    static Network of(ComputationGraph graph, UViTConfig config, int steps) {
        return new Network(graph, config, steps > 0 ? steps : CONTINUOUS);
    }

    DataType type() {
        return graph.getConfiguration().getDataType();
    }

    /**
     * What the network predicts of images and texts.
     *
     * @param imageTimes from 0 to 1, one for each example
     * @param textTimes from 0 to 1, one for each example
     */
    ImageText predict(ImageText x, double[] imageTimes, double[] textTimes, int dataType) {
        INDArray[] outputs =
                graph.output(
                        false,
                        inputs(
                                config,
                                x,
                                column(imageTimes, steps),
                                column(textTimes, steps),
                                Nd4j.valueArrayOf(new long[] {x.batch(), 1}, dataType, type())));
        boolean clip = config.clipWidth() > 0;
        return new ImageText(
                new ImageLatent(outputs[0], clip ? outputs[1] : null), outputs[clip ? 2 : 1]);
    }

    INDArray column(double[] times, double factor) {
        return column(times, factor, type());
    }

    static INDArray column(double[] times, double factor, DataType type) {
        return Nd4j.createFromArray(times).muli(factor).castTo(type).reshape('c', times.length, 1);
    }

    /** The network's inputs in their order. */
    static INDArray[] inputs(
            UViTConfig config, ImageText x, INDArray tImage, INDArray tText, INDArray dataTypes) {
        List<INDArray> inputs = new ArrayList<>(List.of(x.image().latent()));
        if (config.clipWidth() > 0) {
            inputs.add(x.image().clip());
        }
        inputs.addAll(List.of(x.text(), tImage, tText));
        if (config.dataTypes() > 0) {
            inputs.add(dataTypes);
        }
        return inputs.toArray(INDArray[]::new);
    }
}
