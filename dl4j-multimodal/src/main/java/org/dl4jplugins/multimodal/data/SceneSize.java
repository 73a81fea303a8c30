package org.dl4jplugins.multimodal.data;

import java.util.Locale;

/** Sizes of a thing that is alone in a scene. */
public enum SceneSize {
    /** Radius 0.11 of the picture's side. */
    SMALL(0.11),
    /** Radius 0.19 of the picture's side. */
    LARGE(0.19);

    private final double radius;

    SceneSize(double radius) {
        this.radius = radius;
    }

    double radius() {
        return radius;
    }

    /** As in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
