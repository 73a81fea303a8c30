package org.dl4jplugins.align.data;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A question with its answer: what a language model is tuned on, or a text with its class.
 *
 * @param id a name for messages, such as {@code agnews_17}
 * @param history what was said before, in order, usually nothing: a system message, earlier turns
 * @param instruction what to do, or empty where the input says it all
 * @param input what to do it with, or empty where the instruction says it all
 * @param output the right answer, or the name of the class
 */
public record TextExample(
        String id, List<ChatMessage> history, String instruction, String input, String output)
        implements Serializable {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if instruction and input are both blank, or the history is
     *     out of order
     */
    public TextExample {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(instruction, "instruction");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        history = List.copyOf(history);
        if (instruction.isBlank() && input.isBlank()) {
            throw new IllegalArgumentException(
                    "instruction or input must hold text, both are blank in example " + id);
        }
        if (history.size() > 1
                || !history.isEmpty() && history.get(0).role() != ChatMessage.Role.SYSTEM) {
            ChatMessage.requireOrder(history, ChatMessage.Role.ASSISTANT);
        }
    }

    /** A question and its answer. */
    public static TextExample of(String input, String output) {
        return new TextExample("", List.of(), "", input, output);
    }

    /** An instruction, what it is about, and the answer. */
    public static TextExample of(String instruction, String input, String output) {
        return new TextExample("", List.of(), instruction, input, output);
    }

    /**
     * A conversation; its last message is the output, the one before it the input.
     *
     * @throws IllegalArgumentException if the messages are not (system,) user, assistant, ...,
     *     assistant
     */
    public static TextExample of(String id, List<ChatMessage> messages) {
        ChatMessage.requireOrder(messages, ChatMessage.Role.ASSISTANT);
        int last = messages.size() - 1;
        return new TextExample(
                id,
                messages.subList(0, last - 1),
                "",
                messages.get(last - 1).content(),
                messages.get(last).content());
    }

    /** How messages call this example: by its id, or by its number in a list, from 1. */
    String name(int index) {
        return id.isEmpty() ? "example " + (index + 1) : "example " + (index + 1) + " (" + id + ")";
    }
}
