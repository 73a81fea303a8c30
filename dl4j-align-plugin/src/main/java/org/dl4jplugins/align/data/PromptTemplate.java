package org.dl4jplugins.align.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dl4jplugins.align.data.ChatMessage.Role;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * How a conversation is written down as text for a model: the marks before and after what system,
 * user and assistant say. {@link PromptTemplates} has those in common use; an own one is built with
 * the {@link Builder}:
 *
 * <pre>{@code
 * PromptTemplate template = new PromptTemplate.Builder("quiz")
 *         .user("Q: ", "\n").assistant("A:", " ", "").build();
 * template.prompt(List.of(ChatMessage.user("2 + 2?")));   // "Q: 2 + 2?\nA:"
 * }</pre>
 *
 * <p>Text that stands before an answer belongs either to the prompt ({@code before}, given to the
 * model) or to the answer ({@code lead}, said by it). A prompt should not end in a space: most
 * vocabularies have the space at the beginning of their words.
 *
 * <p>Immutable.
 */
public final class PromptTemplate {

    private final Builder marks;

    private PromptTemplate(Builder marks) {
        this.marks = marks;
    }

    /** The template's name, such as {@code chatml}. */
    public String name() {
        return marks.name;
    }

    /** JSON with one entry for each mark, for {@link #fromJson}. */
    public String toJson() {
        try {
            return new ObjectMapper().writeValueAsString(marks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a template.
     *
     * @param json what {@link #toJson} wrote
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static PromptTemplate fromJson(String json) {
        try {
            return new ObjectMapper().readValue(json, Builder.class).build();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "json must be a prompt template: " + e.getMessage(), e);
        }
    }

    /**
     * Writes an example down.
     *
     * @return given and answer in turn; the last one is the example's output, answers of its
     *     history come before
     */
    public List<Segment> segments(TextExample example) {
        List<ChatMessage> messages = messages(example);
        messages.add(ChatMessage.assistant(example.output()));
        return segments(messages);
    }

    /**
     * Writes a conversation down.
     *
     * @param messages (system,) user, assistant, user, ...; the user or the assistant may have the
     *     last word
     * @return given and answer in turn; the last one is given where the user has the last word,
     *     ready for the model to answer
     * @throws IllegalArgumentException if the messages are out of order
     */
    public List<Segment> segments(List<ChatMessage> messages) {
        Role last = messages.isEmpty() ? Role.USER : messages.get(messages.size() - 1).role();
        ChatMessage.requireOrder(messages, last == Role.ASSISTANT ? last : Role.USER);
        boolean system = messages.get(0).role() == Role.SYSTEM;
        String scene = system ? messages.get(0).content() : marks.defaultSystem;
        List<Segment> segments = new ArrayList<>();
        for (ChatMessage message : messages.subList(system ? 1 : 0, messages.size())) {
            boolean first = segments.isEmpty();
            segments.add(
                    message.role() == Role.USER
                            ? given(message.content(), first ? scene : "", first)
                            : answer(message.content()));
        }
        return segments;
    }

    private Segment given(String content, String scene, boolean first) {
        String setting =
                scene.isEmpty() ? "" : marks.systemBefore + scene.strip() + marks.systemAfter;
        String text =
                (first ? "" : marks.between)
                        + (marks.systemInUser
                                ? marks.userBefore + setting
                                : setting + marks.userBefore)
                        + content
                        + marks.userAfter
                        + marks.assistantBefore;
        return new Segment(text, false, first || marks.beginEveryTurn, false);
    }

    private Segment answer(String content) {
        return new Segment(
                marks.assistantLead + content + marks.assistantAfter, true, false, marks.endToken);
    }

    /**
     * The text that a model is asked with, without begin and end tokens.
     *
     * @param messages (system,) user, assistant, ..., user
     * @throws IllegalArgumentException if the messages are out of order, or the user has not the
     *     last word
     */
    public String prompt(List<ChatMessage> messages) {
        ChatMessage.requireOrder(messages, Role.USER);
        StringBuilder text = new StringBuilder();
        segments(messages).forEach(segment -> text.append(segment.text()));
        return text.toString();
    }

    /** The text that a model is asked with to get an example's output. */
    public String prompt(TextExample example) {
        return prompt(messages(example));
    }

    /** The text that a model is asked with, given what the user says. */
    public String prompt(String user) {
        return prompt(List.of(ChatMessage.user(user)));
    }

    /**
     * The tokens that a model is asked with: as in training, with the begin tokens that the
     * template and the tokenizer have.
     *
     * @param messages (system,) user, assistant, ..., user
     * @throws IllegalArgumentException if the messages are out of order, or the user has not the
     *     last word
     */
    public int[] promptTokens(TextEncoder encoder, List<ChatMessage> messages) {
        ChatMessage.requireOrder(messages, Role.USER);
        return LabeledTokens.of(encoder, segments(messages)).ids();
    }

    /** As {@link #promptTokens(TextEncoder, List)}, for an example without its output. */
    public int[] promptTokens(TextEncoder encoder, TextExample example) {
        return promptTokens(encoder, messages(example));
    }

    /** The conversation up to, without, an example's output. */
    private List<ChatMessage> messages(TextExample example) {
        List<ChatMessage> messages = new ArrayList<>(example.history());
        boolean both = !example.instruction().isBlank() && !example.input().isBlank();
        String system = both ? marks.systemWithInput : "";
        if (!system.isEmpty() && messages.isEmpty()) {
            messages.add(ChatMessage.system(system));
        }
        String user =
                both
                        ? example.instruction() + marks.beforeInput + example.input()
                        : example.instruction().isBlank() ? example.input() : example.instruction();
        messages.add(ChatMessage.user(user));
        return messages;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PromptTemplate that && marks.values().equals(that.marks.values());
    }

    @Override
    public int hashCode() {
        return marks.values().hashCode();
    }

    /** The marks, with what is said in braces. */
    @Override
    public String toString() {
        return name()
                + ": "
                + segments(
                                List.of(
                                        ChatMessage.system("{system}"),
                                        ChatMessage.user("{user}"),
                                        ChatMessage.assistant("{assistant}")))
                        .stream()
                        .map(Segment::text)
                        .reduce("", String::concat);
    }

    /** The marks of a template; all empty by default. */
    @JsonAutoDetect(
            fieldVisibility = JsonAutoDetect.Visibility.ANY,
            getterVisibility = JsonAutoDetect.Visibility.NONE,
            isGetterVisibility = JsonAutoDetect.Visibility.NONE,
            setterVisibility = JsonAutoDetect.Visibility.NONE)
    public static final class Builder {

        private final String name;
        private String systemBefore = "";
        private String systemAfter = "";
        private String defaultSystem = "";
        private String systemWithInput = "";
        private boolean systemInUser;
        private String userBefore = "";
        private String userAfter = "";
        private String beforeInput = "\n";
        private String assistantBefore = "";
        private String assistantLead = "";
        private String assistantAfter = "";
        private String between = "";
        private boolean beginEveryTurn;
        private boolean endToken = true;

        /**
         * A template without marks.
         *
         * @param name what messages call it
         */
        @JsonCreator
        public Builder(@JsonProperty("name") String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        private Builder(Builder from) {
            name = from.name;
            systemBefore = from.systemBefore;
            systemAfter = from.systemAfter;
            defaultSystem = from.defaultSystem;
            systemWithInput = from.systemWithInput;
            systemInUser = from.systemInUser;
            userBefore = from.userBefore;
            userAfter = from.userAfter;
            beforeInput = from.beforeInput;
            assistantBefore = from.assistantBefore;
            assistantLead = from.assistantLead;
            assistantAfter = from.assistantAfter;
            between = from.between;
            beginEveryTurn = from.beginEveryTurn;
            endToken = from.endToken;
        }

        /** What stands before and after the system message. */
        public Builder system(String before, String after) {
            systemBefore = Objects.requireNonNull(before, "before");
            systemAfter = Objects.requireNonNull(after, "after");
            return this;
        }

        /** The system message where a conversation has none; empty (the default) for none. */
        public Builder defaultSystem(String message) {
            return defaultSystem(message, message);
        }

        /**
         * The system message where a conversation has none; empty (the default) for none.
         *
         * @param message for a question without an input of its own
         * @param withInput for an example with both an instruction and an input
         */
        public Builder defaultSystem(String message, String withInput) {
            defaultSystem = Objects.requireNonNull(message, "message");
            systemWithInput = Objects.requireNonNull(withInput, "withInput");
            return this;
        }

        /** Whether the system message stands inside the first user's turn, default false. */
        public Builder systemInUser(boolean systemInUser) {
            this.systemInUser = systemInUser;
            return this;
        }

        /** What stands before and after what the user says. */
        public Builder user(String before, String after) {
            userBefore = Objects.requireNonNull(before, "before");
            userAfter = Objects.requireNonNull(after, "after");
            return this;
        }

        /** What stands between an example's instruction and its input, default a new line. */
        public Builder beforeInput(String text) {
            beforeInput = Objects.requireNonNull(text, "text");
            return this;
        }

        /**
         * What stands around an answer.
         *
         * @param before given to the model: the end of its prompt
         * @param lead said by the model before the answer, such as a space
         * @param after said by the model after it, such as {@code <|im_end|>}
         */
        public Builder assistant(String before, String lead, String after) {
            assistantBefore = Objects.requireNonNull(before, "before");
            assistantLead = Objects.requireNonNull(lead, "lead");
            assistantAfter = Objects.requireNonNull(after, "after");
            return this;
        }

        /** What stands between an answer and the next thing the user says. */
        public Builder between(String text) {
            between = Objects.requireNonNull(text, "text");
            return this;
        }

        /**
         * Whether the tokenizer's begin token stands before every user's turn; by default only at
         * the start.
         */
        public Builder beginEveryTurn(boolean beginEveryTurn) {
            this.beginEveryTurn = beginEveryTurn;
            return this;
        }

        /** Whether every answer ends with the tokenizer's end token, default true. */
        public Builder endToken(boolean endToken) {
            this.endToken = endToken;
            return this;
        }

        private List<Object> values() {
            return List.of(
                    name,
                    systemBefore,
                    systemAfter,
                    defaultSystem,
                    systemWithInput,
                    systemInUser,
                    userBefore,
                    userAfter,
                    beforeInput,
                    assistantBefore,
                    assistantLead,
                    assistantAfter,
                    between,
                    beginEveryTurn,
                    endToken);
        }

        /** The template. */
        public PromptTemplate build() {
            return new PromptTemplate(new Builder(this));
        }
    }
}
