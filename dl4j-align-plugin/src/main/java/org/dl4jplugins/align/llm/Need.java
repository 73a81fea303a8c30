package org.dl4jplugins.align.llm;

/** Checks of arguments: the message names the argument, its value and the right values. */
final class Need {
    private Need() {}

    static void that(boolean right, String name, Object value, String expected) {
        if (!right) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + expected);
        }
    }

    static int atLeast(int least, String name, int value) {
        that(value >= least, name, value, "at least " + least);
        return value;
    }
}
