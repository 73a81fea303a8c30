package org.dl4jplugins.multimodal.diffusion;

import org.apache.commons.math3.random.MersenneTwister;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Random numbers that depend on seeds and nothing else: the same on every machine, backend and
 * number of threads, whatever ND4J's own generator is doing. Not for several threads at once.
 */
public final class NoiseSource {

    private final MersenneTwister random;

    /**
     * Starts a sequence of its own for each list of seeds.
     *
     * @param seeds for example a run's seed and the number of a step; any values
     */
    public NoiseSource(long... seeds) {
        int[] words = new int[2 * seeds.length];
        for (int i = 0; i < seeds.length; i++) {
            words[2 * i] = (int) seeds[i];
            words[2 * i + 1] = (int) (seeds[i] >>> 32);
        }
        random = new MersenneTwister(words);
    }

    /** {@return a number from [0, 1)} */
    public double uniform() {
        return random.nextDouble();
    }

    /**
     * A whole number.
     *
     * @param bound above 0
     * @return from 0 to bound - 1
     */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /**
     * Normal noise.
     *
     * @param type FLOAT, DOUBLE or HALF
     * @param shape any shape
     * @return values from N(0, 1), 'c' order
     */
    public INDArray normal(DataType type, long... shape) {
        long length = 1;
        for (long size : shape) {
            length = Math.multiplyExact(length, size);
        }
        double[] values = new double[Math.toIntExact(length)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Nd4j.create(values, shape, 'c').castTo(type);
    }

    /**
     * Normal noise of an array's type and shape.
     *
     * @param array whose values do not matter
     * @return values from N(0, 1)
     */
    public INDArray normalLike(INDArray array) {
        return normal(array.dataType(), array.shape());
    }
}
