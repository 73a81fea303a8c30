package org.dl4jplugins.multimodal.data;

/** Checks of arguments: the message names the argument, its value and the right values. */
final class Ensure {
    private Ensure() {}

    static void that(boolean right, String name, Object value, String wanted) {
        if (!right) {
            throw new IllegalArgumentException(name + " must be " + wanted + ", got " + value);
        }
    }

    static int atLeast(int least, String name, int value) {
        that(value >= least, name, value, "at least " + least);
        return value;
    }

    static int channels(int value) {
        that(value == 1 || value == 3, "channels", value, "1 (gray) or 3 (red, green, blue)");
        return value;
    }
}
