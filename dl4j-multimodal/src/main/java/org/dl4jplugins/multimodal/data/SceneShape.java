package org.dl4jplugins.multimodal.data;

import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/** Shapes of things in scenes. */
public enum SceneShape {
    /** A disk. */
    CIRCLE,
    /** With horizontal and vertical sides. */
    SQUARE,
    /** Equal sides, one corner up. */
    TRIANGLE,
    /** A plus sign of thick bars. */
    CROSS;

    /** As in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As in captions, of several. */
    public String plural() {
        return word() + (this == CROSS ? "es" : "s");
    }

    /**
     * Its outline; all shapes of a radius look about equally large.
     *
     * @param x of the center
     * @param y of the center, downwards
     * @param radius what the circle's is, in the unit of x and y
     */
    Shape outline(double x, double y, double radius) {
        return switch (this) {
            case CIRCLE -> new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
            case SQUARE -> bar(x, y, 0.88 * radius, 0.88 * radius);
            case TRIANGLE -> triangle(x, y, radius);
            case CROSS -> {
                Area cross = new Area(bar(x, y, radius, 0.34 * radius));
                cross.add(new Area(bar(x, y, 0.34 * radius, radius)));
                yield cross;
            }
        };
    }

    private static Rectangle2D bar(double x, double y, double halfWidth, double halfHeight) {
        return new Rectangle2D.Double(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight);
    }

    private static Shape triangle(double x, double y, double radius) {
        double corner = 1.15 * radius;
        Path2D path = new Path2D.Double();
        path.moveTo(x, y - radius);
        path.lineTo(x + corner, y + radius);
        path.lineTo(x - corner, y + radius);
        path.closePath();
        return path;
    }
}
