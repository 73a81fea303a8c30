package org.dl4jplugins.multimodal.diffusion.training;

import java.util.Arrays;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which examples of a batch lose their condition, so that a model learns to do without and can be
 * guided (Ho and Salimans 2022). All arrays of a condition, such as tokens and their mask, are
 * replaced in the same examples.
 */
public final class ConditionDropout {

    private final boolean[] dropped;

    /**
     * Draws the examples.
     *
     * @param probability for each example, from 0 to 1; 0.1 is usual
     * @param batch number of examples
     * @param random where the choice comes from; one number is taken for each example
     * @throws IllegalArgumentException if the probability is out of range
     */
    public ConditionDropout(double probability, int batch, NoiseSource random) {
        Check.that(probability >= 0 && probability <= 1, "probability", probability, "from 0 to 1");
        dropped = new boolean[batch];
        for (int i = 0; i < batch; i++) {
            dropped[i] = random.uniform() < probability;
        }
    }

    /** {@return whether each example loses its condition} */
    public boolean[] dropped() {
        return dropped.clone();
    }

    /**
     * Replaces the condition of the drawn examples.
     *
     * @param condition [batch, any shape]
     * @param empty what stands for no condition, [1, the same shape]
     * @return a new array of the condition's shape and type
     * @throws IllegalArgumentException if shapes do not fit
     */
    public INDArray apply(INDArray condition, INDArray empty) {
        long[] expected = condition.shape().clone();
        Check.that(
                expected[0] == dropped.length,
                "batch of the condition",
                expected[0],
                "" + dropped.length);
        expected[0] = 1;
        Check.that(
                Arrays.equals(empty.shape(), expected),
                "shape of the empty condition",
                Arrays.toString(empty.shape()),
                Arrays.toString(expected));
        INDArray result = condition.dup();
        for (int i = 0; i < dropped.length; i++) {
            if (dropped[i]) {
                result.slice(i).assign(empty.slice(0));
            }
        }
        return result;
    }
}
