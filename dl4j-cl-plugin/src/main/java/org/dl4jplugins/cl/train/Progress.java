package org.dl4jplugins.cl.train;

import org.dl4jplugins.cl.metric.AccuracyMatrix;

/** Is told how a training goes; methods are empty unless overridden. */
public interface Progress {

    /**
     * After a batch.
     *
     * @param learner the model, its task and its numbers of steps
     * @param loss of the last gradient step
     */
    default void step(Learner learner, double loss) {}

    /**
     * After a score on the validation mix.
     *
     * @param learner the model
     * @param score in percent
     * @param best whether it is the task's best so far
     */
    default void validated(Learner learner, double score, boolean best) {}

    /**
     * After a task.
     *
     * @param learner the model
     * @param matrix scores so far
     */
    default void taskDone(Learner learner, AccuracyMatrix matrix) {}
}
