package org.dl4jplugins.mtl.balance;

import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link Weighting} used on explicit gradients: Gramian, weights, weighted sum.
 *
 * @param weighting gives the task weights
 */
public record GramianAggregator(Weighting weighting) implements Aggregator {

    /**
     * Checks the argument.
     *
     * @param weighting gives the task weights
     */
    public GramianAggregator {
        Objects.requireNonNull(weighting, "weighting");
    }

    @Override
    public INDArray aggregate(INDArray gradients, double[] losses) {
        if (gradients.rank() != 2) {
            throw new IllegalArgumentException(
                    "gradients must have shape [task, parameter], got rank " + gradients.rank());
        }
        INDArray exact = gradients.castTo(DataType.DOUBLE);
        double[] weights =
                weighting.weights(exact.mmul(exact.transpose()).toDoubleMatrix(), losses);
        INDArray sum = Nd4j.createFromArray(new double[][] {weights}).mmul(exact);
        return sum.reshape(gradients.size(1)).castTo(gradients.dataType());
    }

    @Override
    public void reset() {
        weighting.reset();
    }

    @Override
    public void epochEnded() {
        weighting.epochEnded();
    }

    @Override
    public boolean remembersTasks() {
        return weighting.remembersTasks();
    }

    @Override
    public double[] state() {
        return weighting.state();
    }

    @Override
    public void restore(double[] state) {
        weighting.restore(state);
    }
}
