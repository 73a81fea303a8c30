package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.util.List;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.diffusion.DpmSolverMultistep;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.uvit.UViTConfig;

/**
 * The bidirectional diffusion model.
 *
 * @param patch side of a patch in pixels
 * @param width of the tokens, a multiple of 32
 * @param depth blocks besides the middle one, even
 * @param scale what pixels are multiplied by
 * @param imageEmbedding whether CLIP's embedding of the picture is drawn and read, too
 * @param schedule how data become noise
 * @param prediction what the network predicts
 * @param jointSteps steps with UniDiffuser's objective, from nothing
 * @param steps steps with BiDiffuser's objective after them
 * @param batch scenes per step
 * @param learningRate highest, of Adam
 * @param imageWeight weight of the pixels beside that of the embedding, 1; with X0 about one over
 *     the pixels' variance, so that both count alike
 * @param alpha weight of the texts in BiDiffuser's objective
 * @param conditionDropout how often BiDiffuser's objective takes the condition away
 * @param decay of the average of the weights that is sampled from
 * @param samplingSteps of DPM-Solver++ 2M
 * @param imageGuidance scale for pictures of texts
 * @param textGuidance scale for texts of pictures
 */
record DiffusionSettings(
        int patch,
        int width,
        int depth,
        double scale,
        boolean imageEmbedding,
        Schedule schedule,
        Prediction prediction,
        int jointSteps,
        int steps,
        int batch,
        double learningRate,
        double imageWeight,
        double alpha,
        double conditionDropout,
        double decay,
        int samplingSteps,
        double imageGuidance,
        double textGuidance) {

    private static final int HEAD = 32;

    DiffusionSettings {
        require(patch >= 1, "diffusion patch", patch, "at least 1");
        require(width >= 32 && width % 32 == 0, "diffusion width", width, "a multiple of 32");
        require(depth >= 2 && depth % 2 == 0, "depth", depth, "even, at least 2");
        require(scale > 0, "scale", scale, "above 0");
        require(schedule != null, "schedule", schedule, List.of(Schedule.values()).toString());
        require(jointSteps >= 0, "jointSteps", jointSteps, "at least 0");
        require(steps >= 0, "diffusion steps", steps, "at least 0");
        require(jointSteps + steps >= 1, "jointSteps and steps", 0, "at least 1 together");
        require(batch >= 2, "diffusion batch", batch, "at least 2");
        require(learningRate > 0, "learningRate", learningRate, "above 0");
        require(imageWeight > 0, "imageWeight", imageWeight, "above 0");
        require(alpha > 0, "alpha", alpha, "above 0");
        require(
                conditionDropout >= 0 && conditionDropout < 1,
                "conditionDropout",
                conditionDropout,
                "from 0 to below 1");
        require(decay >= 0 && decay < 1, "decay", decay, "from 0 to below 1");
        require(samplingSteps >= 1, "samplingSteps", samplingSteps, "at least 1");
        require(imageGuidance >= 0, "imageGuidance", imageGuidance, "at least 0");
        require(textGuidance >= 0, "textGuidance", textGuidance, "at least 0");
    }

    /**
     * The network.
     *
     * @param side of the pictures in pixels
     * @param tokens of a text
     * @param latent width of a text's tokens
     * @param embedding width of the picture's embedding, 0 for none
     */
    UViTConfig uvit(int side, int tokens, int latent, int embedding) {
        return new UViTConfig.Builder()
                .image(3, side, side)
                .patch(patch)
                .text(tokens, latent)
                .clipWidth(embedding)
                .dataTypes(0)
                .width(width)
                .depth(depth)
                .heads(width / HEAD)
                .build();
    }

    /** How the network is sampled. */
    SamplingSettings sampling(double guidance, long seed) {
        return new SamplingSettings.Builder()
                .solver(new DpmSolverMultistep.Builder().build())
                .steps(samplingSteps)
                .guidance(guidance)
                .seed(seed)
                .build();
    }
}
