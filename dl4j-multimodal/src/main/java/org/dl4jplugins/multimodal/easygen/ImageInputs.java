package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The images of a batch, each row's one behind the other: as long as the row with the most images
 * needs, but at least one image.
 *
 * @param values [batch, images * tokens, width], zeros where there is no image
 * @param mask [batch, images * tokens], 1 where there is one
 */
record ImageInputs(INDArray values, INDArray mask) {

    /**
     * Arranges images.
     *
     * @param name of the input, for messages
     * @param rows for each row its images [images, tokens, width], or null for none
     * @param tokens of an image
     * @param width of a token
     */
    static ImageInputs of(String name, List<INDArray> rows, int tokens, int width, DataType type) {
        long most = 1;
        for (INDArray row : rows) {
            if (row != null) {
                Require.shape(
                        name, row, "[images, " + tokens + ", " + width + "]", -1, tokens, width);
                most = Math.max(most, row.size(0));
            }
        }
        INDArray values = Nd4j.zeros(type, rows.size(), most * tokens, width);
        INDArray mask = Nd4j.zeros(type, rows.size(), most * tokens);
        for (int b = 0; b < rows.size(); b++) {
            if (rows.get(b) != null) {
                long length = rows.get(b).size(0) * tokens;
                var first = NDArrayIndex.interval(0, length);
                values.get(NDArrayIndex.point(b), first, NDArrayIndex.all())
                        .assign(rows.get(b).castTo(type).dup('c').reshape('c', length, width));
                mask.get(NDArrayIndex.point(b), first).assign(1);
            }
        }
        return new ImageInputs(values, mask);
    }

    /** Rows of one array of images, given how many each row has. */
    static List<INDArray> split(INDArray images, int[] counts) {
        INDArray[] rows = new INDArray[counts.length];
        long next = 0;
        for (int b = 0; b < counts.length; b++) {
            if (counts[b] > 0) {
                rows[b] = images.get(NDArrayIndex.interval(next, next + counts[b]));
                next += counts[b];
            }
        }
        return Arrays.asList(rows);
    }
}
