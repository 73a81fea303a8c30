package org.dl4jplugins.core.testing;

/** One property that every layer and vertex must have. */
public enum BatteryCheck {
    /** Gradients agree with central differences in double precision, for every seed. */
    GRADIENTS(GradientCheck::run),
    /** A configuration read from its JSON is equal, and its network computes the same. */
    JSON(JsonCheck::run),
    /** A saved model goes on training bit by bit as the original does. */
    SERIALIZATION(SerializationCheck::run),
    /** A cloned graph computes the same and has nothing in common with the original. */
    CLONE(CloneCheck::run),
    /** What is masked influences neither outputs nor gradients. Not run without masks. */
    MASKS(MaskCheck::run),
    /** Workspaces change nothing but where memory comes from. */
    WORKSPACES(WorkspaceCheck::run),
    /** Inference repeats itself and changes nothing; training repeats itself for a seed. */
    DETERMINISM(DeterminismCheck::run);

    interface Body {
        void run(Subject subject) throws Exception;
    }

    private final Body body;

    BatteryCheck(Body body) {
        this.body = body;
    }

    Body body() {
        return body;
    }
}
