package org.dl4jplugins.align.ila;

/** How many layers a count or a fraction stands for. */
final class Keep {

    /** Absorbs the rounding of fractions such as 1 - 0.3. */
    private static final double ROUNDING = 1e-9;

    private Keep() {}

    static int count(int count, int all) {
        Ensure.that(
                count >= 1 && count <= all,
                "count: %d given, right are 1 to %d, the number of layers",
                count,
                all);
        return count;
    }

    /** The nearest whole number, halves up, at least 1. */
    static int fraction(double fraction, int all) {
        Ensure.that(
                fraction > 0 && fraction <= 1,
                "fraction: %s given, right is above 0 and at most 1",
                fraction);
        return (int) Math.max(1, Math.min(all, Math.floor(fraction * all + 0.5 + ROUNDING)));
    }
}
