package org.dl4jplugins.multimodal.vision;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks of settings and arrays. */
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

    /** [batch, channels, height, width] whose sides are multiples of a number. */
    static void images(String name, INDArray array, int channels, int multiple) {
        boolean right =
                array.rank() == 4
                        && array.size(1) == channels
                        && array.size(2) % multiple == 0
                        && array.size(3) % multiple == 0;
        String sides = multiple > 1 ? " with height and width multiples of " + multiple : "";
        that(
                right,
                name,
                "shape " + Arrays.toString(array.shape()),
                "[batch, " + channels + ", height, width]" + sides);
    }
}
