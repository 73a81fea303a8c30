package org.dl4jplugins.core.testing;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparisons whose failures say what differs and by how much. */
final class Agreement {
    private Agreement() {}

    static void holds(boolean condition, String failure) {
        if (!condition) {
            throw new AssertionError(failure);
        }
    }

    static void close(String what, INDArray expected, INDArray actual, double tolerance) {
        holds(
                Arrays.equals(expected.shape(), actual.shape()),
                what
                        + ": shape "
                        + Arrays.toString(expected.shape())
                        + " became "
                        + Arrays.toString(actual.shape()));
        double largest = 0;
        double scale = 1;
        for (long i = 0; i < expected.length(); i++) {
            double e = expected.getDouble(i);
            double a = actual.getDouble(i);
            holds(!Double.isNaN(e) && !Double.isNaN(a), what + ": not a number");
            largest = Math.max(largest, Math.abs(e - a));
            scale = Math.max(scale, Math.abs(e));
        }
        holds(
                largest <= tolerance * scale,
                what + ": differs by " + largest + ", allowed is " + tolerance * scale);
    }

    static void same(String what, INDArray expected, INDArray actual) {
        close(what, expected, actual, 0);
    }

    static void same(String what, INDArray[] expected, INDArray[] actual) {
        for (int i = 0; i < expected.length; i++) {
            same(what + " " + i, expected[i], actual[i]);
        }
    }

    static void close(String what, INDArray[] expected, INDArray[] actual, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            close(what + " " + i, expected[i], actual[i], tolerance);
        }
    }
}
