package org.dl4jplugins.align.lora;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Initial values of A. */
final class Factors {
    private Factors() {}

    static void initialize(LoraIncrement increment, INDArray a, long seed) {
        Random random = new Random(seed);
        double bound = 1 / Math.sqrt(a.rows());
        double deviation = 1.0 / increment.getRank();
        boolean gaussian = increment.getInit() == LoraInit.GAUSSIAN;
        double[] values = new double[(int) a.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    gaussian
                            ? deviation * random.nextGaussian()
                            : bound * (2 * random.nextDouble() - 1);
        }
        a.assign(Nd4j.createFromArray(values).reshape('c', a.shape()).castTo(a.dataType()));
    }

    /** Different for each parameter of each layer, the same in every run. */
    static long seed(LoraIncrement increment, String layer) {
        return increment.getSeed() * 0x9E3779B97F4A7C15L
                + 31L * String.valueOf(layer).hashCode()
                + increment.keyA().hashCode();
    }
}
