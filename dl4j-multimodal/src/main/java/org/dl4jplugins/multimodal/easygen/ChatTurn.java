package org.dl4jplugins.multimodal.easygen;

import java.util.List;
import java.util.Objects;
import org.dl4jplugins.align.data.ChatMessage.Role;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One turn of a conversation with images.
 *
 * @param role who speaks
 * @param text what is said; an image mark ({@code <image>}) may stand where an image belongs, else
 *     images come first
 * @param images that a user shows [images, channels, height, width] in [-1, 1]; null for none
 * @param descriptions of the images that an assistant has shown, in their order
 */
public record ChatTurn(Role role, String text, INDArray images, List<String> descriptions) {

    /**
     * Checks the turn.
     *
     * @throws IllegalArgumentException if anyone but a user shows images, or anyone but an
     *     assistant has described some
     */
    public ChatTurn {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(text, "text");
        descriptions = List.copyOf(descriptions);
        Require.that(
                images == null || role == Role.USER, "role of a turn with images", role, "USER");
        Require.that(
                images == null || images.rank() == 4,
                "images",
                images == null ? null : images.shapeInfoToString(),
                "[images, channels, height, width]");
        Require.that(
                descriptions.isEmpty() || role == Role.ASSISTANT,
                "role of a turn with descriptions",
                role,
                "ASSISTANT");
    }

    /**
     * What sets the scene.
     *
     * @param text what is said
     */
    public static ChatTurn system(String text) {
        return new ChatTurn(Role.SYSTEM, text, null, List.of());
    }

    /**
     * What a user says.
     *
     * @param text what is said
     */
    public static ChatTurn user(String text) {
        return new ChatTurn(Role.USER, text, null, List.of());
    }

    /**
     * What a user says and shows.
     *
     * @param text what is said
     * @param images [images, channels, height, width] in [-1, 1]
     */
    public static ChatTurn user(String text, INDArray images) {
        return new ChatTurn(Role.USER, text, Objects.requireNonNull(images, "images"), List.of());
    }

    /**
     * What the model has answered.
     *
     * @param reply its reply to the turns before
     */
    public static ChatTurn assistant(ChatReply reply) {
        return new ChatTurn(Role.ASSISTANT, reply.text(), null, reply.descriptions());
    }

    /**
     * An answer in words.
     *
     * @param text what is said
     */
    public static ChatTurn assistant(String text) {
        return new ChatTurn(Role.ASSISTANT, text, null, List.of());
    }

    /** {@return the number of images that the turn shows} */
    public int shown() {
        return images == null ? 0 : (int) images.size(0);
    }
}
