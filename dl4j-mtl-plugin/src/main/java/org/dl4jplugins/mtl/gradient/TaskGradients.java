package org.dl4jplugins.mtl.gradient;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The gradient of each task's loss with respect to the shared parameters at one training step.
 * Valid only during {@link TaskGradientListener#onTaskGradients}: the memory is used again in the
 * next step.
 *
 * <p>A task's loss is what DL4J's score counts for its output: the mean over the examples (the sum,
 * if the network was configured with {@code miniBatch(false)}) without regularization; masked
 * examples count zero and are not left out of the number of examples.
 *
 * <p>The writing methods replace the shared parameters' part of the gradient that DL4J's updater
 * will use, after which clipping, momentum, schedules and regularization go on as usual. Parameters
 * of one task only and running statistics stay untouched.
 */
public final class TaskGradients {

    private final List<String> tasks;
    private final double[] losses;
    private final boolean[] present;
    private final GradientRows rows;
    private final LayerGramians gramians;
    private final double examples;
    private final int remainder;
    private boolean complete;
    private boolean scaled;

    TaskGradients(
            List<String> tasks,
            double[] losses,
            boolean[] present,
            GradientRows rows,
            LayerGramians gramians,
            double examples,
            int remainder) {
        this.tasks = tasks;
        this.losses = losses;
        this.present = present;
        this.rows = rows;
        this.gramians = gramians;
        this.examples = examples;
        this.remainder = remainder;
    }

    /**
     * @return the tasks: names of the network's outputs in their order
     */
    public List<String> tasks() {
        return tasks;
    }

    /**
     * @param name name of a task
     * @return its index
     * @throws IllegalArgumentException if there is no such task
     */
    public int task(String name) {
        int t = tasks.indexOf(name);
        if (t < 0) {
            throw new IllegalArgumentException(
                    "task: no output is named \"" + name + "\"; there are " + tasks);
        }
        return t;
    }

    /**
     * @return each task's loss, without regularization
     */
    public double[] losses() {
        return losses.clone();
    }

    /**
     * @param task index of a task
     * @return false if all of the task's labels are masked in this batch; its gradient is then zero
     */
    public boolean present(int task) {
        return present[task];
    }

    /**
     * @return the shared layers in topological order
     */
    public List<SharedLayer> layers() {
        return rows.blocks().stream().map(LayerBlock::layer).toList();
    }

    /**
     * All task gradients; costs a pass over memory at the first call.
     *
     * @return [task, sharedParameter], layers concatenated in order; may be changed by the caller
     * @throws IllegalStateException if the tasks share no layer
     */
    public INDArray matrix() {
        complete();
        if (!scaled) {
            rows.matrix().divi(examples);
            scaled = true;
        }
        return rows.matrix();
    }

    /**
     * @param name name of a shared layer
     * @return view [task, parameter] of {@link #matrix()}
     * @throws IllegalArgumentException if no shared layer has this name
     */
    public INDArray layer(String name) {
        LayerBlock b = block(name);
        return matrix().get(
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(b.rowOffset(), b.rowOffset() + b.length()));
    }

    /**
     * @return the inner products of the task gradients, per layer; independent of later writes
     */
    public LayerGramians gramians() {
        return gramians;
    }

    /**
     * Shared gradient := sum over tasks of weight times task gradient, in all shared layers.
     *
     * @param weights one finite weight per task; all 1 gives the ordinary gradient
     * @throws IllegalArgumentException if the length is wrong or a weight is not finite
     */
    public void combine(double[] weights) {
        check(weights);
        for (LayerBlock b : rows.blocks()) {
            combine(b, weights);
        }
    }

    /**
     * The same for one layer.
     *
     * @param layer name of a shared layer
     * @param weights one finite weight per task
     * @throws IllegalArgumentException if no shared layer has this name, the length is wrong or a
     *     weight is not finite
     */
    public void combine(String layer, double[] weights) {
        check(weights);
        combine(block(layer), weights);
    }

    private void combine(LayerBlock b, double[] weights) {
        complete();
        double[] w = weights.clone();
        for (int t = 0; t < w.length; t++) {
            w[t] = present[t] ? w[t] * (scaled ? examples : 1) : 0;
        }
        rows.writeCombination(b, w);
    }

    /**
     * Shared gradient := direction, in all shared layers.
     *
     * @param direction [sharedParameter], in the scale of {@link #matrix()}
     * @throws IllegalArgumentException if the length is wrong
     */
    public void replace(INDArray direction) {
        complete();
        long n = rows.matrix().size(1);
        if (direction.length() != n) {
            throw new IllegalArgumentException(
                    "direction: " + direction.length() + " values for " + n + " shared parameters");
        }
        INDArray vector = direction.reshape(new long[] {n});
        for (LayerBlock b : rows.blocks()) {
            rows.write(
                    b,
                    vector.get(NDArrayIndex.interval(b.rowOffset(), b.rowOffset() + b.length())),
                    examples);
        }
    }

    /**
     * The same for one layer.
     *
     * @param layer name of a shared layer
     * @param direction [parameter]
     * @throws IllegalArgumentException if no shared layer has this name or the length is wrong
     */
    public void replace(String layer, INDArray direction) {
        LayerBlock b = block(layer);
        if (direction.length() != b.length()) {
            throw new IllegalArgumentException(
                    "direction: "
                            + direction.length()
                            + " values for the "
                            + b.length()
                            + " parameters of layer \""
                            + layer
                            + "\"");
        }
        complete();
        rows.write(b, direction.reshape(new long[] {b.length()}), examples);
    }

    /** Fills the rows that are not there yet: of absent tasks, and of the remainder. */
    private void complete() {
        if (rows.matrix() == null) {
            throw new IllegalStateException("The tasks " + tasks + " share no trainable layer");
        }
        if (complete) {
            return;
        }
        complete = true;
        for (int t = 0; t < present.length; t++) {
            if (!present[t]) {
                rows.row(t).assign(0);
            }
        }
        if (remainder >= 0) {
            rows.difference(remainder, present);
        }
    }

    private void check(double[] weights) {
        if (weights.length != tasks.size()) {
            throw new IllegalArgumentException(
                    "weights: " + weights.length + " values for the " + tasks.size() + " tasks");
        }
        for (int t = 0; t < weights.length; t++) {
            if (!Double.isFinite(weights[t])) {
                throw new IllegalArgumentException(
                        "weights: " + weights[t] + " for task \"" + tasks.get(t) + "\"");
            }
        }
    }

    private LayerBlock block(String name) {
        for (LayerBlock b : rows.blocks()) {
            if (b.layer().name().equals(name)) {
                return b;
            }
        }
        throw new IllegalArgumentException(
                "layer: no shared layer is named \""
                        + name
                        + "\"; there are "
                        + layers().stream().map(SharedLayer::name).toList());
    }
}
