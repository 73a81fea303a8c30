package org.dl4jplugins.mtl.task;

/** What one batch of a {@link MultiTaskIterator} holds. */
public enum BatchLayout {
    /** Examples of one task, chosen by the {@link Mixing} policy. */
    ONE_TASK,
    /**
     * One batch of every task (that has data left), one after another along the batch axis. The
     * mixing policy is not used. DL4J divides each loss by all examples of the batch, so a task
     * counts in proportion to its examples.
     */
    ALL_TASKS
}
