package org.dl4jplugins.multimodal.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Mean and covariance of feature vectors that come batch by batch, in double precision. */
public final class FeatureStatistics {

    /** Taken off all vectors, so that large means do not cost digits. */
    private INDArray shift;

    private INDArray sum;
    private INDArray products;
    private long count;

    /**
     * Takes vectors in.
     *
     * @param features [batch, features] of any floating point type
     * @return this
     * @throws IllegalArgumentException if the shape does not fit, or a value is not finite
     */
    public FeatureStatistics add(INDArray features) {
        if (features.rank() != 2
                || features.size(0) < 1
                || shift != null && features.size(1) != shift.size(1)) {
            throw new IllegalArgumentException(
                    "features must be [batch, "
                            + (shift == null ? "features" : shift.size(1) + "")
                            + "], got "
                            + Arrays.toString(features.shape()));
        }
        INDArray values = features.castTo(DataType.DOUBLE).dup('c');
        if (!Double.isFinite(values.sumNumber().doubleValue())) {
            throw new IllegalArgumentException(
                    "features must be finite, got NaN or infinity in a batch of "
                            + features.size(0));
        }
        if (shift == null) {
            long width = values.size(1);
            shift = values.mean(true, 0);
            sum = Nd4j.zeros(DataType.DOUBLE, 1, width);
            products = Nd4j.zeros(DataType.DOUBLE, width, width);
        }
        values.subiRowVector(shift);
        sum.addi(values.sum(true, 0));
        products.addi(values.transpose().mmul(values));
        count += values.size(0);
        return this;
    }

    /** Number of vectors. */
    public long count() {
        return count;
    }

    /** Numbers per vector; 0 before the first. */
    public int width() {
        return shift == null ? 0 : (int) shift.size(1);
    }

    /** Their mean, [features]. */
    public double[] mean() {
        requireVectors(1);
        return sum.div(count).addi(shift).data().asDouble();
    }

    /** Their covariance, [features, features], divided by the number of vectors less one. */
    public double[][] covariance() {
        requireVectors(2);
        INDArray mean = sum.div(count);
        return products.sub(mean.transpose().mmul(mean).muli(count))
                .divi(count - 1)
                .toDoubleMatrix();
    }

    private void requireVectors(long least) {
        if (count < least) {
            throw new IllegalStateException(
                    "At least " + least + " feature vectors are needed, got " + count);
        }
    }
}
