package org.dl4jplugins.multimodal.data;

import java.util.Objects;

/**
 * A kind of thing, such as a red circle.
 *
 * @param color its color
 * @param shape its shape
 */
public record SceneItem(SceneColor color, SceneShape shape) {

    /** Checks that nothing is null. */
    public SceneItem {
        Objects.requireNonNull(color, "color");
        Objects.requireNonNull(shape, "shape");
    }

    /** As in captions, without an article: "red circle". */
    public String words() {
        return color.word() + " " + shape.word();
    }
}
