package org.dl4jplugins.cl.importance;

/**
 * Finds values that are not finite without asking each one: each is multiplied by zero and added to
 * one of many sums, as a sum into one number would have to wait for itself at each value.
 */
final class FiniteCheck {

    private FiniteCheck() {}

    /** Takes values into account. */
    static void see(float[] sums, float[] values, int length) {
        for (int i = 0; i < length; i++) {
            sums[i] += values[i] * 0f;
        }
    }

    /** Whether all values were finite. */
    static boolean passed(float[] sums) {
        for (float sum : sums) {
            if (sum != 0) {
                return false;
            }
        }
        return true;
    }
}
