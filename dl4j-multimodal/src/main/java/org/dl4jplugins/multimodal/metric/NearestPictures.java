package org.dl4jplugins.multimodal.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which of some known pictures is the nearest to another, pixel by pixel: whether a model that was
 * trained on them copies them. Pictures that are drawn as near to the training set as pictures that
 * it never held are new ones.
 *
 * <pre>{@code
 * NearestPictures training = new NearestPictures(trainingPictures);
 * double[] drawn = training.of(drawnPictures).distances();
 * double[] unseen = training.of(unseenPictures).distances(); // what to compare with
 * }</pre>
 */
public final class NearestPictures {
    private final INDArray known;
    private final INDArray squares;
    private final long[] shape;

    /**
     * The nearest known pictures of a batch.
     *
     * @param indices number of the known picture, for each of the batch
     * @param distances to it, root of the mean squared difference of all values; from 0 (a copy) to
     *     2 for pictures in [-1, 1]
     */
    public record Nearest(int[] indices, double[] distances) {}

    /**
     * @param known pictures [pictures, channel, height, width], 1 or more
     * @throws IllegalArgumentException if the shape is another
     */
    public NearestPictures(INDArray known) {
        if (known.rank() != 4 || known.size(0) < 1) {
            throw new IllegalArgumentException(
                    "known must be [1 or more pictures, channel, height, width], got "
                            + known.shapeInfoToString());
        }
        shape = known.shape();
        this.known = rows(known);
        squares = this.known.mul(this.known).sum(1);
    }

    private static INDArray rows(INDArray pictures) {
        long count = pictures.size(0);
        return pictures.castTo(DataType.FLOAT).dup('c').reshape('c', count, -1);
    }

    /**
     * Finds the nearest pictures.
     *
     * @param pictures [batch, channel, height, width] of the known ones' size
     * @return for each of the batch
     * @throws IllegalArgumentException if the size is another
     */
    public Nearest of(INDArray pictures) {
        for (int d = 1; d < 4; d++) {
            if (pictures.rank() != 4 || pictures.size(d) != shape[d]) {
                throw new IllegalArgumentException(
                        String.format(
                                "pictures must be [batch, %d, %d, %d], got %s",
                                shape[1], shape[2], shape[3], Arrays.toString(pictures.shape())));
            }
        }
        INDArray rows = rows(pictures);
        INDArray order = rows.mmul(known.transpose()).muli(-2).addiRowVector(squares);
        int batch = (int) rows.size(0);
        int[] indices = new int[batch];
        double[] distances = new double[batch];
        INDArray best = Nd4j.argMin(order, 1);
        for (int i = 0; i < batch; i++) {
            indices[i] = best.getInt(i);
            double norm = rows.getRow(i).sub(known.getRow(indices[i])).norm2Number().doubleValue();
            distances[i] = norm / Math.sqrt(rows.size(1));
        }
        return new Nearest(indices, distances);
    }
}
