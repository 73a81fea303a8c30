package org.dl4jplugins.examples.easygen;

import java.util.Map;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gives latents mean 0 and variance 1 in each place, without changing what they say. */
final class PrefixScale {

    private static final double LEAST_DEVIATION = 1e-3;

    private PrefixScale() {}

    /**
     * Moves scale and mean from the layer that makes latents to the one that reads them.
     *
     * @param model is changed
     * @param states of typical texts [batch, tokens, width]
     */
    static void standardize(CaptionModel model, INDArray states) {
        INDArray latents = model.encode(states);
        long width = latents.size(2);
        INDArray rows = latents.reshape('c', latents.size(0) * latents.size(1), width);
        INDArray mean = rows.mean(true, 0);
        INDArray deviation = rows.std(false, true, 0).addi(LEAST_DEVIATION);
        Map<String, INDArray> narrow = model.graph().getLayer("encode_prefix").paramTable();
        Map<String, INDArray> wide = model.graph().getLayer("decode_prefix").paramTable();
        INDArray shift = mean.mmul(wide.get("W"));
        wide.get("b").addi(shift.reshape(wide.get("b").shape()));
        wide.get("W").muliColumnVector(deviation.reshape(width, 1));
        narrow.get("W").diviRowVector(deviation);
        INDArray bias = narrow.get("b");
        bias.subi(mean.reshape(bias.shape())).divi(deviation.reshape(bias.shape()));
    }
}
