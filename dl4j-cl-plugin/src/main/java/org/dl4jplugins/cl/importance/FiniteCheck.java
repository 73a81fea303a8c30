package org.dl4jplugins.cl.importance;

import org.dl4jplugins.core.accel.Floats;

/**
 * Remembers whether a value that it saw was not finite. It adds zeros, place by place: a sum into
 * one number would have to wait for itself at each value.
 */
final class FiniteCheck {

    private final float[] sums;

    /**
     * @param length how many values come in all; it sees {@link Floats#CHUNK} at once at most
     */
    FiniteCheck(long length) {
        sums = new float[(int) Math.min(Floats.CHUNK, length)];
    }

    void see(float[] values, int length) {
        for (int i = 0; i < length; i++) {
            sums[i] += values[i] * 0f;
        }
    }

    boolean passed() {
        for (float sum : sums) {
            if (sum != 0) {
                return false;
            }
        }
        return true;
    }
}
