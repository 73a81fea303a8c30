package org.dl4jplugins.cl.train;

/**
 * Choice of a model by a mix of validation examples of all tasks so far, as in the published code.
 * The best model of a task is the one that goes on.
 *
 * @param every gradient steps between two scores
 * @param patience how many scores without a new best end a task, 0 for never
 * @param examples of each task, at most
 */
public record EarlyStopping(int every, int patience, int examples) {

    /**
     * @throws IllegalArgumentException if a number is out of range
     */
    public EarlyStopping {
        if (every < 1 || patience < 0 || examples < 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "every and examples must be at least 1, patience at least 0, got %d, %d"
                                    + ", %d",
                            every, examples, patience));
        }
    }

    /** The published code's: every 40 steps, 25 examples of each task, never ends a task early. */
    public static EarlyStopping publishedCode() {
        return new EarlyStopping(40, 0, 25);
    }
}
