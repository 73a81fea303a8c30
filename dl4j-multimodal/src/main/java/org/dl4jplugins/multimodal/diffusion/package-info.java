/**
 * Noise schedules and solvers of diffusion models, ignorant of any network.
 *
 * <p>A {@link org.dl4jplugins.multimodal.diffusion.NoiseSchedule} says how much signal is left at
 * time t: x_t = alpha(t) x_0 + sigma(t) e with e from N(0, 1), from clean data at t = 0 to almost
 * nothing but noise at t = 1. A {@link org.dl4jplugins.multimodal.diffusion.Denoiser} is the
 * trained network, whose {@link org.dl4jplugins.multimodal.diffusion.Prediction} is of the noise,
 * the data, or their mixture v. A {@link org.dl4jplugins.multimodal.diffusion.Solver} goes from
 * noise to data with few calls of it, driven by a {@link
 * org.dl4jplugins.multimodal.diffusion.Sampler}.
 */
package org.dl4jplugins.multimodal.diffusion;
