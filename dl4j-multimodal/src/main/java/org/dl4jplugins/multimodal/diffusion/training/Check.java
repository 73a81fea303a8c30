package org.dl4jplugins.multimodal.diffusion.training;

/** Checks that name argument, given value and right values. */
final class Check {

    private Check() {}

    static void that(boolean right, String name, Object given, String expected) {
        if (!right) {
            throw new IllegalArgumentException(
                    name + ": " + given + " given, right is " + expected);
        }
    }
}
