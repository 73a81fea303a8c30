package org.dl4jplugins.cl.importance;

/**
 * How sensitivities s of single steps become an importance: {@code I := a I + (1 - a) s}, {@code U
 * := b U + (1 - b) |s - I|} with the new I, both from 0.
 *
 * @param sensitivity the sensitivity of a step
 * @param smoothing a, in [0, 1)
 * @param deviationSmoothing b, in [0, 1)
 * @param uncertainty whether the importance is {@code I U}, as in the published code, or I, as in
 *     the paper
 */
public record Smoothing(
        Sensitivity sensitivity, double smoothing, double deviationSmoothing, boolean uncertainty) {

    /**
     * @throws IllegalArgumentException if a factor is outside [0, 1)
     */
    public Smoothing {
        require("smoothing", smoothing);
        require("deviationSmoothing", deviationSmoothing);
    }

    /** The paper's: first order, a = 0.55, importance I. */
    public static Smoothing paper() {
        return new Smoothing(Sensitivity.FIRST_ORDER, 0.55, 0, false);
    }

    /** The published code's: first order, a = b = 0.85, importance I U. */
    public static Smoothing publishedCode() {
        return new Smoothing(Sensitivity.FIRST_ORDER, 0.85, 0.85, true);
    }

    private static void require(String name, double factor) {
        if (!(factor >= 0 && factor < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + factor);
        }
    }
}
