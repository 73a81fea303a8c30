package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One set of the selected parameters for each task, and the task of an example is given at test
 * time: the upper bound of what isolating parameters can reach. Such a set is an adapter of LoRA, a
 * head, or the whole model. Running statistics of batch normalization belong to the set too; other
 * trained parameters are shared, and trained by each task as in {@link Naive}.
 *
 * <p>A task is scored with its own values, one not learned yet with those it would start from. With
 * n selected numbers it holds n for each task learned, and 2 n beside them.
 */
public final class AdapterPerTask implements ContinualMethod {

    /** What a new task's set starts with. */
    public enum Start {
        /** The values before the first task. */
        INITIAL,
        /** The values of the task before. */
        PREVIOUS
    }

    private final String parameters;
    private final Start start;
    private final List<INDArray> learned = new ArrayList<>();
    private ParameterSelection selection;
    private INDArray initial;
    private INDArray aside;

    /** A set of all trained parameters; each task starts from the initial values. */
    public AdapterPerTask() {
        this(null, Start.INITIAL);
    }

    /**
     * @param regex of the names of the parameters in a set, such as {@code ".*\\.lora[AB]\\..*"};
     *     null for all that are trained
     * @param start what a new task's set starts with
     * @throws IllegalArgumentException if start is null
     */
    public AdapterPerTask(String regex, Start start) {
        if (start == null) {
            throw new IllegalArgumentException("start must be INITIAL or PREVIOUS, got null");
        }
        this.parameters = regex;
        this.start = start;
    }

    @Override
    public String describe() {
        return "adapter per task, start " + start + (parameters == null ? "" : " " + parameters);
    }

    @Override
    public void validate(Learner learner) {
        selection =
                ParameterSelection.withStatistics(
                        learner.graph(), name -> parameters == null || name.matches(parameters));
        aside = Nd4j.zeros(learner.graph().params().dataType(), selection.size());
    }

    @Override
    public void beforeTask(Learner learner) {
        if (learner.task() == 0) {
            initial = present(learner.graph());
        } else if (start == Start.INITIAL) {
            selection.scatter(initial, learner.graph().params());
        }
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        learner.fit(batch);
    }

    @Override
    public void afterTask(Learner learner) {
        learned.add(present(learner.graph()));
    }

    @Override
    public void beforeScoring(Learner learner, int task) {
        INDArray values = values(learner, task);
        if (values != null) {
            selection.gather(learner.graph().params(), aside);
            selection.scatter(values, learner.graph().params());
        }
    }

    @Override
    public void afterScoring(Learner learner, int task) {
        if (values(learner, task) != null) {
            selection.scatter(aside, learner.graph().params());
        }
    }

    /** What a task is scored with; null for what the model has at present. */
    private INDArray values(Learner learner, int task) {
        if (task < learned.size()) {
            return learned.get(task);
        }
        return start == Start.INITIAL && task > learner.task() ? initial : null;
    }

    /**
     * Puts the values of a task into a model, to use it for that task after the training.
     *
     * @param graph the model that was trained, or one of the same configuration
     * @param task index of a task that was learned
     * @throws IllegalArgumentException if it was not learned
     */
    public void load(ComputationGraph graph, int task) {
        if (task < 0 || task >= learned.size()) {
            throw new IllegalArgumentException(
                    "task must be that of one of the " + learned.size() + " learned, got " + task);
        }
        selection.scatter(learned.get(task), graph.params());
    }

    private INDArray present(ComputationGraph graph) {
        INDArray values = Nd4j.createUninitialized(graph.params().dataType(), selection.size());
        selection.gather(graph.params(), values);
        return values;
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        Nd4j.write(initial, out);
        out.writeInt(learned.size());
        for (INDArray values : learned) {
            Nd4j.write(values, out);
        }
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        initial = Nd4j.read(in);
        learned.clear();
        for (int left = in.readInt(); left > 0; left--) {
            learned.add(Nd4j.read(in));
        }
    }
}
