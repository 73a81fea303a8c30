package org.dl4jplugins.align.transformer;

import java.util.stream.IntStream;

/**
 * Gets normalized values back from the output {@code y = normal * g + b} that they became, row by
 * row, to float precision: the few columns where that would cancel, as b is large against g, are
 * kept apart.
 */
final class NormOutput {
    /** Largest bias in units of the gain; the values lose at most four of 24 bits to it. */
    private static final float LARGEST = 16;

    private static final float SMALLEST_GAIN = 1e-30f;

    /** Part of the columns above which an array of its own is the better memory. */
    private static final int PART = 8;

    private final float[] shift;
    private final float[] inverse;
    private final int[] apart;
    private final float[] kept;

    private NormOutput(float[] gain, float[] shift, int[] apart, int rows) {
        this.shift = shift;
        this.apart = apart;
        kept = new float[rows * apart.length];
        inverse = new float[gain.length];
        for (int j = 0; j < gain.length; j++) {
            inverse[j] = cancels(gain[j], shift[j]) ? 0 : 1 / gain[j];
        }
    }

    /**
     * For outputs of some parameters.
     *
     * @param gain g
     * @param shift b, all zero for none
     * @param rows of the output
     * @return null if too many columns would have to be kept apart
     */
    static NormOutput of(float[] gain, float[] shift, int rows) {
        int[] apart =
                IntStream.range(0, gain.length).filter(j -> cancels(gain[j], shift[j])).toArray();
        return apart.length > gain.length / PART ? null : new NormOutput(gain, shift, apart, rows);
    }

    private static boolean cancels(float g, float b) {
        float size = Math.abs(g);
        return !(size >= SMALLEST_GAIN && Math.abs(b) <= LARGEST * size);
    }

    /** Keeps what the output cannot tell: column values times a factor. */
    void keep(int row, float[] values, float factor) {
        for (int i = 0; i < apart.length; i++) {
            kept[row * apart.length + i] = values[apart[i]] * factor;
        }
    }

    /** Turns a row of the output into normalized values. */
    void normalize(int row, float[] y) {
        for (int j = 0; j < y.length; j++) {
            y[j] = (y[j] - shift[j]) * inverse[j];
        }
        for (int i = 0; i < apart.length; i++) {
            y[apart[i]] = kept[row * apart.length + i];
        }
    }
}
