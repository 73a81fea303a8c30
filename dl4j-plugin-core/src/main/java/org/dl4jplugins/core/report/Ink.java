package org.dl4jplugins.core.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.LineMetrics;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/** Text and boxes at their places, for the charts that paint themselves. */
final class Ink {
    private static final FontRenderContext EXACT =
            new FontRenderContext(new AffineTransform(), true, true);

    private Ink() {}

    static double width(String text, Font font) {
        return font.getStringBounds(text, EXACT).getWidth();
    }

    /** The text itself, or its start and end around an ellipsis, no wider than the limit. */
    static String fit(String text, Font font, double limit) {
        if (width(text, font) <= limit) {
            return text;
        }
        for (int kept = text.length() - 1; kept > 1; kept--) {
            int head = kept / 2;
            String shorter =
                    text.substring(0, head) + "…" + text.substring(text.length() - (kept - head));
            if (width(shorter, font) <= limit) {
                return shorter;
            }
        }
        return "…";
    }

    /** Draws text whose left edge (align 0), middle (0.5) or right edge (1) is at x. */
    static void text(
            Graphics2D g,
            String text,
            Font font,
            Color color,
            double x,
            double middle,
            double align) {
        LineMetrics metrics = font.getLineMetrics(text, EXACT);
        g.setFont(font);
        g.setColor(color);
        double baseline = middle + (metrics.getAscent() - metrics.getDescent()) / 2.0;
        g.drawString(text, (float) (x - align * width(text, font)), (float) baseline);
    }

    /** Draws text that reads upwards, centered at a point. */
    static void upward(Graphics2D g, String text, Font font, Color color, double x, double y) {
        AffineTransform before = g.getTransform();
        g.translate(x, y);
        g.rotate(-Math.PI / 2);
        text(g, text, font, color, 0, 0, 0.5);
        g.setTransform(before);
    }

    static void box(Graphics2D g, Color color, double x, double y, double width, double height) {
        g.setColor(color);
        g.fill(new Rectangle2D.Double(x, y, width, height));
    }

    /** A number in at most about seven characters: 12, 0.034, 1.2e-05. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e7) {
            return String.format(Locale.ROOT, "%.0f", value == 0 ? 0.0 : value);
        }
        double size = Math.abs(value);
        if (size >= 1e7 || size < 1e-4) {
            return String.format(Locale.ROOT, "%.2g", value);
        }
        int decimals = Math.max(0, Math.min(6, 2 - (int) Math.floor(Math.log10(size))));
        String fixed = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return fixed.contains(".") ? fixed.replaceAll("0+$", "").replaceAll("\\.$", "") : fixed;
    }

    /**
     * A step of 1, 2 or 5 times a power of ten that cuts the range into at most that many parts.
     */
    static double step(double range, int parts) {
        double power = Math.pow(10, Math.floor(Math.log10(range / parts)));
        for (double factor : new double[] {1, 2, 5}) {
            if (range / (factor * power) <= parts + 1e-9) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
