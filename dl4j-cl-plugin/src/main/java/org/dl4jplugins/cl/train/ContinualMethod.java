package org.dl4jplugins.cl.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What is done with a batch of the current task. A method belongs to one training; its state is
 * part of the checkpoints.
 */
public interface ContinualMethod {

    /** A line that says which method this is, with all its settings; it tells checkpoints apart. */
    String describe();

    /**
     * Refuses what it cannot train, before anything changes.
     *
     * @param learner the model and what belongs to it
     * @throws IllegalArgumentException if the method does not fit; the message says why
     */
    default void validate(Learner learner) {}

    /**
     * Called before the first batch of a task.
     *
     * @param learner the model and what belongs to it
     */
    default void beforeTask(Learner learner) {}

    /**
     * Learns from a batch.
     *
     * @param learner the model and what belongs to it
     * @param batch of the current task
     */
    void step(Learner learner, MultiDataSet batch);

    /**
     * The most gradient steps that {@link #step} and then {@link #finish} would take.
     *
     * @param learner the model and what belongs to it
     */
    default int cost(Learner learner) {
        return 1;
    }

    /** Whether the model is in a state to be scored, rather than amid a cycle. */
    default boolean atRest() {
        return true;
    }

    /**
     * Called after the last batch of a task, when gradient steps may still be taken.
     *
     * @param learner the model and what belongs to it
     */
    default void finish(Learner learner) {}

    /**
     * Called when the model of a task is final, before its examples come into the memory.
     *
     * @param learner the model and what belongs to it
     */
    default void afterTask(Learner learner) {}

    /**
     * Called before the model is scored on a task, for methods that are told the task at test time:
     * after each task, in early stopping, and before the first task, when no other hook was called.
     *
     * @param learner the model and what belongs to it
     * @param task index of the task whose examples come, earlier or later than the current one
     */
    default void beforeScoring(Learner learner, int task) {}

    /**
     * Called after that score, also if it failed: what {@link #beforeScoring} changed is put back.
     *
     * @param learner the model and what belongs to it
     * @param task index of the task whose examples came
     */
    default void afterScoring(Learner learner, int task) {}

    /**
     * Called instead of going on with a task's first batches after a checkpoint is loaded.
     *
     * @param learner the model and what belongs to it
     * @param in what {@link #save} wrote
     * @throws IOException if it cannot be read
     */
    default void restore(Learner learner, DataInputStream in) throws IOException {}

    /**
     * Writes what the method needs to go on, bit by bit, at any step.
     *
     * @param out stays open
     * @throws IOException if it cannot be written
     */
    default void save(DataOutputStream out) throws IOException {}
}
