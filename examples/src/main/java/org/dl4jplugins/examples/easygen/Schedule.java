package org.dl4jplugins.examples.easygen;

import java.util.function.Supplier;
import org.dl4jplugins.multimodal.diffusion.DiscreteSchedule;

/**
 * How data become noise. The more pixels show the same thing, the more noise hides it: by Stable
 * Diffusion's last step, made for latents, large plain shapes of raw pixels still shine through,
 * and a model that sees them never learns to place them by the text.
 */
enum Schedule {
    /** Scaled linear, 0.00085 to 0.012. */
    STABLE_DIFFUSION(DiscreteSchedule::stableDiffusion),
    /** DDPM's, which ends with next to no signal. */
    LINEAR(() -> DiscreteSchedule.linear(0.0001, 0.02, 1000)),
    /** Nichol and Dhariwal's. */
    COSINE(() -> DiscreteSchedule.cosine(1000));

    private final Supplier<DiscreteSchedule> made;

    Schedule(Supplier<DiscreteSchedule> made) {
        this.made = made;
    }

    DiscreteSchedule noise() {
        return made.get();
    }
}
