package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a model predicts of a noised state x = alpha x0 + sigma e. Each kind holds the same
 * information and can be turned into the others.
 */
public enum Prediction {

    /** The noise e, as in DDPM, Stable Diffusion and UniDiffuser. */
    EPSILON {
        @Override
        INDArray x0(INDArray output, INDArray x, double alpha, double sigma) {
            return x.sub(output.mul(sigma)).divi(alpha);
        }

        @Override
        INDArray epsilon(INDArray output, INDArray x, double alpha, double sigma) {
            return output.dup();
        }

        @Override
        public INDArray target(INDArray x0, INDArray epsilon, Noising noising) {
            return epsilon.dup();
        }
    },

    /** The data x0. */
    X0 {
        @Override
        INDArray x0(INDArray output, INDArray x, double alpha, double sigma) {
            return output.dup();
        }

        @Override
        INDArray epsilon(INDArray output, INDArray x, double alpha, double sigma) {
            return x.sub(output.mul(alpha)).divi(sigma);
        }

        @Override
        public INDArray target(INDArray x0, INDArray epsilon, Noising noising) {
            return x0.dup();
        }
    },

    /** The velocity v = alpha e - sigma x0 of Salimans and Ho (2022). */
    V {
        @Override
        INDArray x0(INDArray output, INDArray x, double alpha, double sigma) {
            return x.mul(alpha).subi(output.mul(sigma));
        }

        @Override
        INDArray epsilon(INDArray output, INDArray x, double alpha, double sigma) {
            return x.mul(sigma).addi(output.mul(alpha));
        }

        @Override
        public INDArray target(INDArray x0, INDArray epsilon, Noising noising) {
            return noising.mix(epsilon, x0, -1);
        }
    };

    /** The data in a new array. */
    abstract INDArray x0(INDArray output, INDArray x, double alpha, double sigma);

    /** The noise in a new array. */
    abstract INDArray epsilon(INDArray output, INDArray x, double alpha, double sigma);

    /**
     * What a model is trained to say.
     *
     * @param x0 clean data, [batch, any shape]
     * @param epsilon the noise that was added, of the same shape
     * @param noising how it was added
     * @return the target in a new array of the same shape
     */
    public abstract INDArray target(INDArray x0, INDArray epsilon, Noising noising);

    /**
     * The data that a prediction means.
     *
     * @param output the model's output, [batch, any shape]
     * @param x the noised state, of the same shape
     * @param schedule gives alpha and sigma
     * @param t time of all examples, from 0 to 1
     * @return x0 in a new array
     */
    public INDArray toX0(INDArray output, INDArray x, NoiseSchedule schedule, double t) {
        return x0(output, x, schedule.alpha(t), schedule.sigma(t));
    }

    /**
     * The noise that a prediction means.
     *
     * @param output the model's output, [batch, any shape]
     * @param x the noised state, of the same shape
     * @param schedule gives alpha and sigma
     * @param t time of all examples, above 0 and up to 1
     * @return the noise in a new array
     */
    public INDArray toEpsilon(INDArray output, INDArray x, NoiseSchedule schedule, double t) {
        return epsilon(output, x, schedule.alpha(t), schedule.sigma(t));
    }
}
