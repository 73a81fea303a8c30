package org.dl4jplugins.multimodal.uvit;

/** Checks of settings. */
final class Require {
    private Require() {}

    static int atLeast(int least, String name, int value) {
        that(value >= least, name, value, "at least " + least);
        return value;
    }

    static void that(boolean right, String name, Object value, String rule) {
        if (!right) {
            throw new IllegalArgumentException(name + " must be " + rule + ", got " + value);
        }
    }

    static void multiple(int of, String ofName, String name, int value) {
        that(value >= of && value % of == 0, name, value, "a multiple of " + ofName + ", " + of);
    }
}
