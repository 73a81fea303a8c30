package org.dl4jplugins.multimodal.data;

import java.util.Locale;

/** Colors of things in scenes. */
public enum SceneColor {
    /** #e6261f. */
    RED(0xe6261f),
    /** #1fb43c. */
    GREEN(0x1fb43c),
    /** #2a5bff. */
    BLUE(0x2a5bff),
    /** #ffd91a. */
    YELLOW(0xffd91a),
    /** #b03ae0. */
    PURPLE(0xb03ae0),
    /** #ffffff. */
    WHITE(0xffffff);

    private final int rgb;

    SceneColor(int rgb) {
        this.rgb = rgb;
    }

    /** Red, green and blue, 8 bits each. */
    public int rgb() {
        return rgb;
    }

    /** As in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
