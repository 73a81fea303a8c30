package org.dl4jplugins.core.report;

import java.awt.Color;

/**
 * From a number to a color: light to dark, or two colors that meet in white at zero.
 *
 * @param from value of the first color
 * @param to value of the last color
 * @param stops colors at equal distances from first to last
 */
record HeatColors(double from, double to, int... stops) {
    private static final int[] SEQUENTIAL = {
        0xfff7ec, 0xfee8c8, 0xfdd49e, 0xfdbb84, 0xfc8d59, 0xef6548, 0xd7301f, 0x990000
    };
    private static final int[] DIVERGING = {
        0xb2182b, 0xd6604d, 0xf4a582, 0xfddbc7, 0xf7f7f7, 0xd1e5f0, 0x92c5de, 0x4393c3, 0x2166ac
    };

    static HeatColors over(double[][] values, double from, double to, boolean diverging) {
        double low = from;
        double high = to;
        if (Double.isNaN(from)) {
            low = Double.POSITIVE_INFINITY;
            high = Double.NEGATIVE_INFINITY;
            for (double[] row : values) {
                for (double value : row) {
                    if (Double.isFinite(value)) {
                        low = Math.min(low, value);
                        high = Math.max(high, value);
                    }
                }
            }
            if (low > high) {
                low = 0;
                high = 1;
            }
        }
        if (diverging) {
            high = Math.max(Math.abs(low), Math.abs(high));
            low = -high;
        }
        if (low == high) {
            high = low + 1;
        }
        return new HeatColors(low, high, diverging ? DIVERGING : SEQUENTIAL);
    }

    Color at(double value) {
        double place = (value - from) / (to - from) * (stops.length - 1);
        double inside = Math.max(0, Math.min(stops.length - 1, place));
        int below = (int) Math.min(stops.length - 2, Math.floor(inside));
        double share = inside - below;
        return new Color(mix(below, 16, share), mix(below, 8, share), mix(below, 0, share));
    }

    private int mix(int below, int shift, double share) {
        int first = stops[below] >> shift & 0xff;
        int second = stops[below + 1] >> shift & 0xff;
        return (int) Math.round(first + share * (second - first));
    }

    /** Black or white, whichever stands out on the color. */
    static Color readableOn(Color fill) {
        double luminance = 0.299 * fill.getRed() + 0.587 * fill.getGreen() + 0.114 * fill.getBlue();
        return luminance < 140 ? Color.WHITE : Drawing.INK;
    }
}
