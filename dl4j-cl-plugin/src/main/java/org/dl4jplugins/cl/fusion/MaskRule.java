package org.dl4jplugins.cl.fusion;

/**
 * What becomes of an element. One that matters to one side only always gets that side's update.
 *
 * @param bothInner weight of the inner update where both sides need the element: merging
 * @param bothOuter weight of the outer update there
 * @param noneInner weight of the inner update where neither side needs it: 0 for pruning
 * @param noneOuter weight of the outer update there
 */
public record MaskRule(double bothInner, double bothOuter, double noneInner, double noneOuter) {

    /** The paper's (section 3.3): both updates where both need it, none where neither does. */
    public static MaskRule paper() {
        return new MaskRule(1, 1, 0, 0);
    }

    /** The published code's: 0.4 and 0.6 where both need it, half of each where neither does. */
    public static MaskRule publishedCode() {
        return new MaskRule(0.4, 0.6, 0.5, 0.5);
    }
}
