package org.dl4jplugins.multimodal.diffusion;

/** Checks that name argument, given value and right values. */
final class Require {

    private Require() {}

    static void that(boolean right, String name, Object given, String expected) {
        if (!right) {
            throw new IllegalArgumentException(
                    name + ": " + given + " given, right is " + expected);
        }
    }

    static double time(String name, double t) {
        that(t >= 0 && t <= 1, name, t, "from 0 to 1");
        return t;
    }
}
