package org.dl4jplugins.multimodal.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dl4jplugins.align.data.ChatMessage;

/**
 * A conversation about a picture.
 *
 * @param id a name for messages
 * @param image the picture's file; empty for conversations without one
 * @param messages user and assistant in turn, from a user's to an assistant's; {@link #MARK} stands
 *     where the picture belongs
 */
public record ImageConversation(String id, Optional<Path> image, List<ChatMessage> messages) {

    /** Stands in a message for the picture. */
    public static final String MARK = "<image>";

    /**
     * Checks the conversation.
     *
     * @throws IllegalArgumentException if messages are out of order, or the mark does not occur
     *     exactly once where there is a picture, and never where there is none
     */
    public ImageConversation {
        messages = List.copyOf(messages);
        Ensure.that(
                messages.size() >= 2 && messages.size() % 2 == 0,
                "number of messages",
                messages.size(),
                "even and at least 2");
        int marks = 0;
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage.Role role = i % 2 == 0 ? ChatMessage.Role.USER : ChatMessage.Role.ASSISTANT;
            Ensure.that(
                    messages.get(i).role() == role,
                    "speaker of message " + (i + 1),
                    messages.get(i).role(),
                    role.name());
            marks += messages.get(i).content().split(MARK, -1).length - 1;
        }
        int expected = image.isPresent() ? 1 : 0;
        Ensure.that(
                marks == expected,
                "number of " + MARK + " marks",
                marks,
                expected + (expected == 1 ? ", as there is a picture" : ", as there is none"));
    }

    /** Number of questions with answers. */
    public int rounds() {
        return messages.size() / 2;
    }

    /** What is asked in a round, from 0, without the mark. */
    public String question(int round) {
        return messages.get(2 * round).content().replace(MARK, "").strip();
    }

    /** The answer of a round, from 0. */
    public String answer(int round) {
        return messages.get(2 * round + 1).content();
    }
}
