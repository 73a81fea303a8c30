package org.dl4jplugins.core.report;

/** Checks of what builders are given. */
final class Require {
    private Require() {}

    static String text(String name, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + ": got " + value + ", but needs some text");
        }
        return value;
    }

    static void that(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
