package org.dl4jplugins.align.lora;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Checks of settings that name argument, value and right values. */
final class Require {
    private Require() {}

    static int atLeast(String name, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " must be at least " + least + ", got " + value);
        }
        return value;
    }

    static double positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be positive, got " + value);
        }
        return value;
    }

    static double probability(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
        }
        return value;
    }

    static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " must be finite, got " + value);
        }
        return value;
    }

    static Pattern regex(String name, String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    name
                            + " must be a regular expression, got \""
                            + regex
                            + "\": "
                            + e.getMessage(),
                    e);
        }
    }

    static String adapterName(String name) {
        if (name.isEmpty() || name.contains(".") || name.contains("/")) {
            throw new IllegalArgumentException(
                    "adapterName must not be empty nor contain '.' or '/', got \"" + name + "\"");
        }
        return name;
    }
}
