package org.dl4jplugins.multimodal.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Words of numbers and values. */
final class SceneWords {
    private static final List<String> NUMBERS =
            List.of("zero", "one", "two", "three", "four", "five", "six");

    private SceneWords() {}

    static String number(int count) {
        return NUMBERS.get(count);
    }

    static int number(String word) {
        return NUMBERS.indexOf(word);
    }

    /** The value that a word or words stand for. */
    static <E extends Enum<E>> E value(Class<E> type, Function<E, String> words, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> words.apply(value).equals(text))
                .findFirst()
                .orElseThrow();
    }

    /** A pattern's alternatives, longest first. */
    static <E> String either(E[] values, Function<E, String> words) {
        return Arrays.stream(values)
                .map(words)
                .sorted((a, b) -> b.length() - a.length())
                .collect(Collectors.joining("|", "(", ")"));
    }

    /** Small letters, single blanks, no punctuation. */
    static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip();
    }
}
