package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.generation.TextGenerator;
import org.dl4jplugins.align.transformer.PromptInputs;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Generates text after prompts with images. */
final class ImageGeneration {
    private final ImageLanguageModel model;
    private final PromptText text;

    ImageGeneration(ImageLanguageModel model, PromptText text) {
        this.model = model;
        this.text = text;
    }

    List<Generation> run(List<ImagePrompt> prompts, UnaryOperator<TextGenerator.Builder> settings) {
        Require.atLeast(1, "number of prompts", prompts.size());
        int[][] ids = new int[prompts.size()][];
        INDArray[] latents = new INDArray[prompts.size()];
        INDArray[] clip = new INDArray[prompts.size()];
        for (int p = 0; p < ids.length; p++) {
            ImagePrompt prompt = prompts.get(p);
            ids[p] = tokens(prompt.messages(), prompt.images());
            latents[p] = prompt.images() == 0 ? null : prompt.latents();
            clip[p] = prompt.images() == 0 ? null : prompt.clip();
        }
        List<ImageInputs> images = model.images(Arrays.asList(latents), Arrays.asList(clip));
        PromptInputs inputs = named(images);
        TextGenerator.Builder builder = new TextGenerator.Builder(model.graph(), model.tokenizer());
        if (model.hasEncoder()) {
            builder.decoderStart(text.decoderStart());
        }
        return settings.apply(builder).build().generateIds(ids, inputs);
    }

    /** A prompt's tokens; refuses turns out of order and images without places. */
    int[] tokens(List<ChatMessage> messages, int images) {
        return model.hasEncoder()
                ? text.encoderPrompt(messages, images)
                : text.prompt(messages, images);
    }

    /** Inputs under their names. */
    static PromptInputs named(List<ImageInputs> images) {
        List<String> names = new ArrayList<>(List.of(ProjectionParts.IMAGE, ProjectionParts.CLIP));
        PromptInputs inputs = PromptInputs.none();
        for (int i = 0; i < images.size(); i++) {
            inputs = inputs.with(names.get(i), images.get(i).values(), images.get(i).mask());
        }
        return inputs;
    }
}
