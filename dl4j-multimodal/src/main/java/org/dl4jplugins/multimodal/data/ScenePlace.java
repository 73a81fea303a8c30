package org.dl4jplugins.multimodal.data;

import java.util.Locale;

/** Where a thing is that is alone in a scene. */
public enum ScenePlace {
    /** Around (0.27, 0.27) of the picture. */
    TOP_LEFT(0.27, 0.27),
    /** Around (0.73, 0.27). */
    TOP_RIGHT(0.73, 0.27),
    /** Around (0.5, 0.5). */
    CENTER(0.5, 0.5),
    /** Around (0.27, 0.73). */
    BOTTOM_LEFT(0.27, 0.73),
    /** Around (0.73, 0.73). */
    BOTTOM_RIGHT(0.73, 0.73);

    private final double x;
    private final double y;

    ScenePlace(double x, double y) {
        this.x = x;
        this.y = y;
    }

    double x() {
        return x;
    }

    double y() {
        return y;
    }

    /** As in captions, after "in the". */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
