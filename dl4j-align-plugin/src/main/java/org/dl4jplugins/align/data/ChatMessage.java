package org.dl4jplugins.align.data;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role who speaks
 * @param content what is said, as plain text without a template's marks
 */
public record ChatMessage(Role role, String content) implements Serializable {

    /** Who speaks. */
    public enum Role {
        /** Sets the scene; at most one, and first. */
        SYSTEM,
        /** Asks. */
        USER,
        /** Answers: what the model learns. */
        ASSISTANT
    }

    /** Checks that nothing is null. */
    public ChatMessage {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
    }

    /** A system message. */
    public static ChatMessage system(String content) {
        return new ChatMessage(Role.SYSTEM, content);
    }

    /** A user's message. */
    public static ChatMessage user(String content) {
        return new ChatMessage(Role.USER, content);
    }

    /** An answer. */
    public static ChatMessage assistant(String content) {
        return new ChatMessage(Role.ASSISTANT, content);
    }

    /**
     * Checks the order of a conversation: a system message may come first, then user and assistant
     * alternate, beginning with the user.
     *
     * @param messages the conversation
     * @param last who must have the last word
     * @throws IllegalArgumentException naming the message that is out of order, from 1
     */
    static void requireOrder(List<ChatMessage> messages, Role last) {
        Role expected = Role.USER;
        for (int i = 0; i < messages.size(); i++) {
            Role role = messages.get(i).role();
            if (i == 0 && role == Role.SYSTEM) {
                continue;
            }
            if (role != expected) {
                throw new IllegalArgumentException(
                        "message "
                                + (i + 1)
                                + " must be of role "
                                + expected.name().toLowerCase()
                                + ", got "
                                + role.name().toLowerCase()
                                + " (a system message first if at all, then user and assistant in"
                                + " turn)");
            }
            expected = role == Role.USER ? Role.ASSISTANT : Role.USER;
        }
        if (messages.isEmpty() || messages.get(messages.size() - 1).role() != last) {
            throw new IllegalArgumentException(
                    "the last message must be of role "
                            + last.name().toLowerCase()
                            + (messages.isEmpty() ? ", got no message" : ""));
        }
    }
}
