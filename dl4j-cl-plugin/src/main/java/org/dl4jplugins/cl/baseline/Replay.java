package org.dl4jplugins.cl.baseline;

import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Experience replay (Chaudhry et al., 2019): each gradient step is on the new batch and as many, or
 * some other number of, examples from memory, as one batch whose loss is the mean over all. The
 * examples are drawn anew for each step, whatever their tasks; a memory smaller than that number
 * gives its examples several times, so that its weight does not depend on its size. A step counts
 * as one, though its batch is larger; {@link #alternating} takes no more examples than methods
 * without memory.
 */
public final class Replay implements ContinualMethod {

    private final int examples;
    private final boolean alternating;

    /** As many examples from memory as the batch has. */
    public Replay() {
        this(0);
    }

    /**
     * @param examples from memory per step, 0 for as many as the batch has
     * @throws IllegalArgumentException if it is negative
     */
    public Replay(int examples) {
        if (examples < 0) {
            throw new IllegalArgumentException("examples must be at least 0, got " + examples);
        }
        this.examples = examples;
        this.alternating = false;
    }

    private Replay(boolean alternating) {
        this.examples = 0;
        this.alternating = alternating;
    }

    /**
     * A step on a new batch, then one on as many examples from memory: the same number of examples
     * per gradient step as naive training.
     */
    public static Replay alternating() {
        return new Replay(true);
    }

    @Override
    public String describe() {
        return alternating ? "alternating replay" : "replay " + examples;
    }

    @Override
    public void validate(Learner learner) {
        if (learner.memory() == null) {
            throw new IllegalArgumentException("Replay needs a memory");
        }
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        TaskBatch own = TaskBatch.of(batch, learner.task());
        if (learner.task() == 0) {
            learner.fit(own);
            return;
        }
        int number = examples > 0 ? examples : Rows.count(batch);
        TaskBatch old = learner.memory().draw(number, learner.random(1));
        if (alternating) {
            learner.fit(own);
            learner.fit(old);
        } else {
            learner.fit(own.with(old));
        }
    }

    @Override
    public int cost(Learner learner) {
        return alternating && learner.task() > 0 ? 2 : 1;
    }
}
