package org.dl4jplugins.multimodal.data;

import java.util.Locale;

/**
 * How one thing lies to another; the direction in which their centers are further apart decides.
 */
public enum SceneRelation {
    /** Its center is further to the left. */
    LEFT_OF,
    /** Its center is further to the right. */
    RIGHT_OF,
    /** Its center is higher up. */
    ABOVE,
    /** Its center is further down. */
    BELOW;

    /** How the second thing lies to the first. */
    public SceneRelation inverse() {
        return switch (this) {
            case LEFT_OF -> RIGHT_OF;
            case RIGHT_OF -> LEFT_OF;
            case ABOVE -> BELOW;
            case BELOW -> ABOVE;
        };
    }

    /** As in captions. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
