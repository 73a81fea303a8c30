package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.multimodal.data.ImageConversation;
import org.dl4jplugins.multimodal.data.SceneQuestion;

/**
 * What a language model with images is tuned on: a conversation whose answers it learns.
 *
 * @param messages (system,) user, assistant, ..., assistant; {@link ImageConversation#MARK} stands
 *     where an image belongs
 * @param images numbers of the images in {@link ImageLatents}, in the order of their marks
 * @param caption of the only image, which Mid-Align compares with its latent; empty for other
 *     examples
 */
public record ImageExample(List<ChatMessage> messages, int[] images, Optional<String> caption) {

    /**
     * Checks that there is an image for each mark.
     *
     * @throws IllegalArgumentException if there is not, or the assistant has not the last word, or
     *     there is a caption of no or several images
     */
    public ImageExample {
        messages = List.copyOf(messages);
        images = images.clone();
        ImagePrompt.requireMarks(messages, images.length);
        boolean answered =
                !messages.isEmpty()
                        && messages.get(messages.size() - 1).role() == ChatMessage.Role.ASSISTANT;
        Require.that(answered, "last message", messages, "the assistant's");
        Require.that(
                caption.isEmpty() || images.length == 1,
                "number of images with a caption",
                images.length,
                "1");
    }

    /**
     * An image and its caption.
     *
     * @param image its number
     * @param instruction such as {@code Describe the image.}; the image is put before it unless it
     *     has a mark
     * @param caption what is learned
     */
    public static ImageExample caption(int image, String instruction, String caption) {
        return new ImageExample(
                turn(instruction, caption), new int[] {image}, Optional.of(caption));
    }

    /**
     * A question about an image and its answer.
     *
     * @param image its number
     * @param question the image is put before it unless it has a mark
     * @param answer what is learned
     */
    public static ImageExample question(int image, String question, String answer) {
        return new ImageExample(turn(question, answer), new int[] {image}, Optional.empty());
    }

    /**
     * A question about a scene.
     *
     * @param image its number
     * @param question with its answer
     */
    public static ImageExample question(int image, SceneQuestion question) {
        return question(image, question.question(), question.answer());
    }

    /**
     * A conversation, all of whose answers are learned.
     *
     * @param image number of its picture; not looked at if it has none
     * @param conversation as of LLaVA's instruction data
     */
    public static ImageExample conversation(int image, ImageConversation conversation) {
        int[] images = conversation.image().isPresent() ? new int[] {image} : new int[0];
        return new ImageExample(conversation.messages(), images, Optional.empty());
    }

    /**
     * A question and its answer without images.
     *
     * @param user what is asked
     * @param answer what is learned
     */
    public static ImageExample text(String user, String answer) {
        return new ImageExample(
                List.of(ChatMessage.user(user), ChatMessage.assistant(answer)),
                new int[0],
                Optional.empty());
    }

    private static List<ChatMessage> turn(String user, String answer) {
        boolean marked = user.contains(ImageConversation.MARK);
        String content = marked ? user : ImagePrompt.before(1) + user;
        return List.of(ChatMessage.user(content), ChatMessage.assistant(answer));
    }

    /** The numbers, a copy. */
    @Override
    public int[] images() {
        return images.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageExample e
                && messages.equals(e.messages)
                && Arrays.equals(images, e.images)
                && caption.equals(e.caption);
    }

    @Override
    public int hashCode() {
        return 31 * messages.hashCode() + Arrays.hashCode(images);
    }

    @Override
    public String toString() {
        return "ImageExample(" + messages + ", images " + Arrays.toString(images) + ")";
    }
}
