package org.dl4jplugins.align.ila;

import java.util.Locale;

/** Tells what is wrong with an argument. */
final class Ensure {

    private Ensure() {}

    static void that(boolean condition, String otherwise, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, otherwise, values));
        }
    }
}
