package org.dl4jplugins.mtl.balance;

import java.util.ArrayList;
import java.util.List;

/** Several memories in one array: each one's length, then its numbers. */
final class States {

    private States() {}

    static double[] join(double[]... parts) {
        int size = 0;
        for (double[] part : parts) {
            size += 1 + part.length;
        }
        double[] joined = new double[size];
        int at = 0;
        for (double[] part : parts) {
            joined[at++] = part.length;
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    /**
     * The parts again.
     *
     * @param method whose state it is, for the message
     * @param joined from {@link #join}
     * @param count the number of parts, or -1 if any will do
     */
    static List<double[]> split(Object method, double[] joined, int count) {
        List<double[]> parts = new ArrayList<>();
        int at = 0;
        while (at < joined.length) {
            double length = joined[at++];
            boolean fits = length >= 0 && length == Math.rint(length);
            Check.state(method, joined, fits && length <= joined.length - at);
            double[] part = new double[(int) length];
            System.arraycopy(joined, at, part, 0, part.length);
            parts.add(part);
            at += part.length;
        }
        Check.state(method, joined, count < 0 || parts.size() == count);
        return parts;
    }
}
