package org.dl4jplugins.multimodal.bidiffuser;

import java.util.Arrays;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Examples of a batch by number. */
final class Rows {
    private Rows() {}

    static INDArray repeated(INDArray types, int times) {
        INDArray[] copies = new INDArray[times];
        Arrays.fill(copies, types);
        return times == 1 ? types : Nd4j.concat(0, copies);
    }

    static ImageText of(ImageText pairs, int[] rows) {
        INDArray clip = pairs.image().clip();
        return new ImageText(
                new ImageLatent(
                        of(pairs.image().latent(), rows), clip == null ? null : of(clip, rows)),
                of(pairs.text(), rows));
    }

    static INDArray of(INDArray array, int[] rows) {
        INDArray[] slices = new INDArray[rows.length];
        long[] one = array.shape().clone();
        one[0] = 1;
        Arrays.setAll(slices, i -> array.slice(rows[i]).dup('c').reshape('c', one));
        return Nd4j.concat(0, slices);
    }

    static int[] order(int batch, NoiseSource random) {
        int[] order = new int[batch];
        Arrays.setAll(order, i -> i);
        for (int i = batch - 1; i > 0; i--) {
            int j = random.below(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
