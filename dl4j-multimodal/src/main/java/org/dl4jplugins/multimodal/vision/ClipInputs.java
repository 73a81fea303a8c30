package org.dl4jplugins.multimodal.vision;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images and texts as CLIP's graphs take them. */
final class ClipInputs {
    private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};
    private static final double[] DEVIATION = {0.26862954, 0.26130258, 0.27577711};

    private ClipInputs() {}

    /** From [-1, 1] to the mean and deviation that CLIP was trained with. */
    static INDArray pixels(ClipConfig config, INDArray images) {
        Require.images("images", images, 3, config.patch());
        INDArray result = images.castTo(Nd4j.defaultFloatingPointType()).dup('c');
        for (int c = 0; c < 3; c++) {
            INDArray channel = Arrays4.channels(result, c, 1);
            channel.addi(1 - 2 * MEAN[c]).divi(2 * DEVIATION[c]);
        }
        return result;
    }

    /** [batch, time]: 1 up to the first end token of each text, then 0. */
    static INDArray mask(ClipConfig config, INDArray ids) {
        Require.that(
                ids.rank() == 2 && ids.size(1) <= config.positions(),
                "ids",
                "shape " + Arrays.toString(ids.shape()),
                "[batch, at most " + config.positions() + " tokens]");
        float[][] mask = new float[(int) ids.size(0)][(int) ids.size(1)];
        for (int b = 0; b < mask.length; b++) {
            int end = 0;
            while (end < mask[b].length && ids.getInt(b, end) != config.endToken()) {
                end++;
            }
            Require.that(
                    end < mask[b].length,
                    "ids of text " + b,
                    "a text without it",
                    "ended by token " + config.endToken());
            Arrays.fill(mask[b], 0, end + 1, 1);
        }
        return Nd4j.createFromArray(mask).castTo(DataType.FLOAT);
    }
}
