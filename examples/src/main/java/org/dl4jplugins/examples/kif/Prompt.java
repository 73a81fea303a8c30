package org.dl4jplugins.examples.kif;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dl4jplugins.align.data.TextExample;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/**
 * Which part of an input the model reads. Inputs of the benchmark are a question, {@code Choose one
 * from the option. Option: A, B.}, a line of text or more, and {@code Answer:}; others are taken
 * whole.
 */
public enum Prompt {
    /** All of it. */
    WHOLE,
    /** Question, options and text, without the words that are in every input. */
    OPTIONS,
    /** Question and text. */
    QUESTION,
    /** The text alone. */
    TEXT;

    private static final Pattern INPUT =
            Pattern.compile(
                    "(.*?)Choose one from the option\\. Option: (.*?)\\.\n(.*?)\\s*Answer:",
                    Pattern.DOTALL);

    String of(TextExample example) {
        String input = example.input();
        Matcher parts = INPUT.matcher(input);
        if (this == WHOLE || !parts.matches()) {
            return input;
        }
        String question = this == TEXT ? "" : parts.group(1);
        String options = this == OPTIONS ? parts.group(2) + ". " : "";
        return question + options + parts.group(3);
    }

    /** In lower case, as in settings files. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static Prompt of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
