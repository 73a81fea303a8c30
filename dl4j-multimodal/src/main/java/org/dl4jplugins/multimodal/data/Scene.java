package org.dl4jplugins.multimodal.data;

import java.util.List;

/**
 * A scene that can be painted.
 *
 * @param description what it shows
 * @param objects the things at their exact places; they do not touch each other
 */
public record Scene(SceneDescription description, List<SceneObject> objects) {

    /** Copies the list. */
    public Scene {
        objects = List.copyOf(objects);
    }
}
