package org.dl4jplugins.multimodal.easygen;

import java.util.List;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.multimodal.data.ImageConversation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a language model is asked, with the images it is about.
 *
 * @param messages (system,) user, assistant, ..., user; {@link ImageConversation#MARK} stands where
 *     an image belongs, in the images' order
 * @param latents of the images [images, tokens, latent width], or null for none
 * @param clip states of an image encoder [images, tokens, width], null for models that read none
 */
public record ImagePrompt(List<ChatMessage> messages, INDArray latents, INDArray clip) {

    /**
     * Checks that there is an image for each mark.
     *
     * @throws IllegalArgumentException if there is not
     */
    public ImagePrompt {
        messages = List.copyOf(messages);
        Require.that(
                latents == null || latents.rank() == 3,
                "latents",
                latents == null ? null : latents.shapeInfoToString(),
                "[images, tokens, width]");
        long images = latents == null ? 0 : latents.size(0);
        requireMarks(messages, images);
        Require.that(
                clip == null || clip.rank() == 3 && clip.size(0) == images,
                "clip",
                clip == null ? null : clip.shapeInfoToString(),
                "[" + images + ", tokens, width] or null");
    }

    /**
     * A question about images, for a model without CLIP branch.
     *
     * @param text the question; images without a mark in it are put before it
     * @param latents [images, tokens, latent width], or null for none
     */
    public static ImagePrompt of(String text, INDArray latents) {
        long images = latents == null ? 0 : latents.size(0);
        boolean marked = text.contains(ImageConversation.MARK);
        String content = marked || images == 0 ? text : before((int) images) + text;
        return new ImagePrompt(List.of(ChatMessage.user(content)), latents, null);
    }

    /**
     * A question without images.
     *
     * @param text the question
     */
    public static ImagePrompt text(String text) {
        return of(text, null);
    }

    /**
     * The conversation format of the paper: {@code USER: <Img>...</Img> question ASSISTANT:
     * answer}.
     *
     * @return a template
     */
    public static PromptTemplate easyGen() {
        return new PromptTemplate.Builder("easygen")
                .system("", " ")
                .user("USER: ", " ")
                .assistant("ASSISTANT:", " ", "")
                .between(" ")
                .build();
    }

    /** {@return the number of images} */
    public int images() {
        return latents == null ? 0 : (int) latents.size(0);
    }

    static String before(int images) {
        return (ImageConversation.MARK + " ").repeat(images);
    }

    static void requireMarks(List<ChatMessage> messages, long images) {
        Require.that(
                marks(messages) == images,
                "number of " + ImageConversation.MARK + " marks",
                marks(messages),
                "that of the images, " + images);
    }

    static int marks(List<ChatMessage> messages) {
        return messages.stream()
                .mapToInt(m -> m.content().split(ImageConversation.MARK, -1).length - 1)
                .sum();
    }
}
