package org.dl4jplugins.mtl.gradient;

/** A task's loss, or its gradient in a named layer, is NaN or infinite. */
public final class NonFiniteGradientException extends IllegalStateException {

    private final String task;
    private final String layer;

    NonFiniteGradientException(String task, String layer, String what) {
        super(what);
        this.task = task;
        this.layer = layer;
    }

    static NonFiniteGradientException loss(String task, double loss) {
        return new NonFiniteGradientException(
                task,
                null,
                "The loss of task \""
                        + task
                        + "\" is "
                        + loss
                        + ". Look for NaN in its labels (fill absent labels with zeros and mask"
                        + " them) and for a learning rate that is too high");
    }

    static NonFiniteGradientException gradient(String task, String layer) {
        return new NonFiniteGradientException(
                task,
                layer,
                "The gradient of task \""
                        + task
                        + "\" in layer \""
                        + layer
                        + "\" is NaN or infinite");
    }

    static NonFiniteGradientException sum(String layer) {
        return new NonFiniteGradientException(
                null,
                layer,
                "The gradient of the tasks' weighted losses in layer \""
                        + layer
                        + "\" is NaN or infinite");
    }

    /**
     * @return name of the task; null if only the sum over tasks was looked at
     */
    public String task() {
        return task;
    }

    /**
     * @return name of the layer; null if already the loss is not finite
     */
    public String layer() {
        return layer;
    }
}
