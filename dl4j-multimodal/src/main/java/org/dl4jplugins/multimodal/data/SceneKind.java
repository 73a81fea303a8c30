package org.dl4jplugins.multimodal.data;

/** Kinds of scenes. */
public enum SceneKind {
    /** One thing with a size and a place. */
    PLACED,
    /** Several things that are alike. */
    COUNTED,
    /** Two things that differ, and how they lie to each other. */
    RELATED;

    /** The kind of a description. */
    public static SceneKind of(SceneDescription description) {
        if (description instanceof SceneDescription.Placed) {
            return PLACED;
        }
        return description instanceof SceneDescription.Counted ? COUNTED : RELATED;
    }
}
