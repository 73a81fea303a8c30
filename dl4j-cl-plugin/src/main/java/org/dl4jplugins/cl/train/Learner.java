package org.dl4jplugins.cl.train;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.stream.StreamEvaluation;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.stream.TaskStream;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model amid a stream of tasks. All gradient steps of all methods go through {@link #fit}, which
 * counts them, puts masks on outputs, and makes the randomness of a step depend on the seed and its
 * number only.
 */
public final class Learner {

    private final ComputationGraph graph;
    private final TaskStream stream;
    private final Memory memory;
    private final long seed;
    private int task;
    private long steps;
    private long taskSteps;

    Learner(ComputationGraph graph, TaskStream stream, Memory memory, long seed) {
        this.graph = graph;
        this.stream = stream;
        this.memory = memory;
        this.seed = seed;
    }

    /** The model. */
    public ComputationGraph graph() {
        return graph;
    }

    /** The tasks. */
    public TaskStream stream() {
        return stream;
    }

    /** Examples of old tasks, null if none are kept. */
    public Memory memory() {
        return memory;
    }

    /** Index of the current task. */
    public int task() {
        return task;
    }

    /** Gradient steps so far. */
    public long steps() {
        return steps;
    }

    /** Gradient steps of the current task so far. */
    public long taskSteps() {
        return taskSteps;
    }

    /**
     * One gradient step on examples of the current task.
     *
     * @param batch the examples
     * @throws IllegalStateException if the loss is not finite
     */
    public void fit(MultiDataSet batch) {
        fit(TaskBatch.of(batch, task));
    }

    /**
     * One gradient step.
     *
     * @param batch examples of any tasks
     * @throws IllegalStateException if the loss is not finite
     */
    public void fit(TaskBatch batch) {
        fit(batch, task);
    }

    /**
     * One gradient step.
     *
     * @param batch examples of any tasks
     * @param current in a class-incremental stream, the classes of the tasks up to this one compete
     * @throws IllegalStateException if the loss is not finite
     */
    public void fit(TaskBatch batch, int current) {
        fitMasked(stream.masked(batch, current));
    }

    /**
     * One gradient step on examples that have their masks.
     *
     * @param masked the examples
     * @throws IllegalStateException if the loss is not finite
     */
    public void fitMasked(MultiDataSet masked) {
        count();
        graph.fit(masked);
        if (!Double.isFinite(graph.score())) {
            throw new IllegalStateException(
                    String.format(
                            "The loss of task '%s' is %s at its gradient step %d",
                            stream.task(task).name(), graph.score(), taskSteps));
        }
    }

    /** Counts a gradient step that is not made by {@link #fit}, and seeds its randomness. */
    public void count() {
        seed();
        steps++;
        taskSteps++;
    }

    /**
     * Random numbers for choices between steps: the same ones after the same number of steps.
     *
     * @param salt tells several choices at one step apart
     */
    public RandomGenerator random(int salt) {
        return new SplittableRandom(mixed(salt + 1L));
    }

    /** Makes what is random in the model depend on the number of steps only. */
    void seed() {
        Nd4j.getRandom().setSeed(mixed(0) | 1);
    }

    private long mixed(long salt) {
        return new SplittableRandom(seed ^ (steps * 0x9E3779B97F4A7C15L) ^ (salt << 56)).nextLong();
    }

    /** Scores the model, which a method may prepare for each task. */
    StreamEvaluation evaluation(ContinualMethod method) {
        return new StreamEvaluation(
                stream,
                new StreamEvaluation.Scoring() {
                    @Override
                    public void before(int scored) {
                        method.beforeScoring(Learner.this, scored);
                    }

                    @Override
                    public void after(int scored) {
                        method.afterScoring(Learner.this, scored);
                    }
                });
    }

    void start(int newTask) {
        task = newTask;
        taskSteps = 0;
    }

    void restore(int savedTask, long savedSteps, long savedTaskSteps) {
        task = savedTask;
        steps = savedSteps;
        taskSteps = savedTaskSteps;
    }
}
