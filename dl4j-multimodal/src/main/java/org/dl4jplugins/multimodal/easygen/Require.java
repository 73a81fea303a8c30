package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks of arguments: messages name the argument, the right values and the value given. */
final class Require {
    private Require() {}

    static void that(boolean right, String name, Object value, String rule) {
        if (!right) {
            throw new IllegalArgumentException(name + " must be " + rule + ", got " + value);
        }
    }

    static int atLeast(int least, String name, int value) {
        that(value >= least, name, value, "at least " + least);
        return value;
    }

    /** Checks a shape; -1 stands for any length. */
    static void shape(String name, INDArray array, String expected, long... shape) {
        boolean right = array != null && array.rank() == shape.length;
        for (int d = 0; right && d < shape.length; d++) {
            right = shape[d] < 0 || shape[d] == array.size(d);
        }
        that(
                right,
                name,
                array == null ? null : "shape " + Arrays.toString(array.shape()),
                expected);
    }
}
