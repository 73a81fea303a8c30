package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Data from N(mean, deviation squared), whose best predictions are known. */
record GaussianData(NoiseSchedule schedule, double mean, double deviation) {

    /** What a perfect network says. */
    Denoiser denoiser(Prediction prediction) {
        return (x, t) -> {
            double alpha = schedule.alpha(t);
            double sigma = schedule.sigma(t);
            INDArray noise = x.sub(alpha * mean).muli(sigma / variance(t));
            INDArray data = x.sub(noise.mul(sigma)).divi(alpha);
            return switch (prediction) {
                case EPSILON -> noise;
                case X0 -> data;
                case V -> noise.mul(alpha).subi(data.mul(sigma));
            };
        };
    }

    /** Variance of noised data. */
    double variance(double t) {
        double signal = schedule.alpha(t) * deviation;
        return signal * signal + Math.pow(schedule.sigma(t), 2);
    }

    /** Where the probability flow brings a state. */
    INDArray flow(INDArray x, double from, double to) {
        return x.sub(schedule.alpha(from) * mean)
                .muli(Math.sqrt(variance(to) / variance(from)))
                .addi(schedule.alpha(to) * mean);
    }
}
