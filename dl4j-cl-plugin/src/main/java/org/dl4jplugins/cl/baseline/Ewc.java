package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Elastic weight consolidation (Kirkpatrick et al., 2017): {@code lambda / 2 sum F (w - w*)^2} is
 * added to the loss, with the weights w* after a task and the diagonal F of the empirical Fisher
 * information, the mean over examples of the squared gradient of each one's loss. {@link #online}
 * keeps one pair, {@code F := gamma F + F_task} and the newest w* (Schwarz et al., 2018); {@link
 * #separate} one pair per task.
 *
 * <p>Estimating F takes one gradient per example at the end of each task but the last; these are
 * not steps of the budget, as nothing is learned from them.
 */
public final class Ewc implements ContinualMethod {

    private final double lambda;
    private final double gamma;
    private final boolean online;
    private final int examples;
    private final List<INDArray> fishers = new ArrayList<>();
    private final List<INDArray> anchors = new ArrayList<>();
    private ParameterSelection selection;

    private Ewc(double lambda, double gamma, boolean online, int examples) {
        if (!(lambda >= 0 && Double.isFinite(lambda))) {
            throw new IllegalArgumentException("lambda must be at least 0, got " + lambda);
        }
        if (!(gamma > 0 && gamma <= 1)) {
            throw new IllegalArgumentException("gamma must be in (0, 1], got " + gamma);
        }
        if (examples < 1) {
            throw new IllegalArgumentException("examples must be at least 1, got " + examples);
        }
        this.lambda = lambda;
        this.gamma = gamma;
        this.online = online;
        this.examples = examples;
    }

    /**
     * One penalty for all old tasks.
     *
     * @param lambda its weight, at least 0
     * @param gamma what F keeps when a task ends, in (0, 1]
     * @param examples of a task that F is estimated from, at most
     */
    public static Ewc online(double lambda, double gamma, int examples) {
        return new Ewc(lambda, gamma, true, examples);
    }

    /**
     * One penalty per old task.
     *
     * @param lambda weight of each, at least 0
     * @param examples of a task that F is estimated from, at most
     */
    public static Ewc separate(double lambda, int examples) {
        return new Ewc(lambda, 1, false, examples);
    }

    @Override
    public String describe() {
        return String.format(
                "EWC %s lambda %s gamma %s examples %d",
                online ? "online" : "separate", lambda, gamma, examples);
    }

    @Override
    public void validate(Learner learner) {
        selection = ParameterSelection.all(learner.graph());
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        if (fishers.isEmpty()) {
            learner.fit(batch);
            return;
        }
        Gradients.with(learner.graph(), graph -> penalize(learner), () -> learner.fit(batch));
    }

    /** Adds the gradient of the penalties. */
    private void penalize(Learner learner) {
        INDArray flat = learner.graph().getFlattenedGradients();
        INDArray weights = selected(learner.graph().params());
        INDArray gradient = selected(flat);
        double scale = lambda * Gradients.divisor(learner.graph());
        for (int i = 0; i < fishers.size(); i++) {
            gradient.addi(weights.sub(anchors.get(i)).muli(fishers.get(i)).muli(scale));
        }
        selection.scatter(gradient, flat);
    }

    @Override
    public void afterTask(Learner learner) {
        if (learner.task() == learner.stream().size() - 1) {
            return;
        }
        INDArray fisher = fisher(learner);
        if (online && !fishers.isEmpty()) {
            fishers.get(0).muli(gamma).addi(fisher);
            anchors.get(0).assign(selected(learner.graph().params()));
        } else {
            fishers.add(fisher);
            anchors.add(selected(learner.graph().params()));
        }
    }

    private INDArray fisher(Learner learner) {
        INDArray sum = Nd4j.zeros(learner.graph().params().dataType(), selection.size());
        MultiDataSetIterator data = learner.stream().task(learner.task()).train().open(0);
        int count = 0;
        while (data.hasNext() && count < examples) {
            MultiDataSet batch = data.next();
            for (int row = 0; row < Rows.count(batch) && count < examples; row++) {
                TaskBatch one = TaskBatch.of(Rows.of(batch, row), learner.task());
                MultiDataSet masked = learner.stream().masked(one, learner.task());
                INDArray g = selected(Gradients.of(learner.graph(), masked));
                sum.addi(g.muli(g));
                count++;
            }
        }
        return sum.divi(count);
    }

    private INDArray selected(INDArray flat) {
        INDArray to = Nd4j.createUninitialized(flat.dataType(), selection.size());
        selection.gather(flat, to);
        return to;
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        out.writeInt(fishers.size());
        for (int i = 0; i < fishers.size(); i++) {
            Nd4j.write(fishers.get(i), out);
            Nd4j.write(anchors.get(i), out);
        }
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        fishers.clear();
        anchors.clear();
        for (int left = in.readInt(); left > 0; left--) {
            fishers.add(Nd4j.read(in));
            anchors.add(Nd4j.read(in));
        }
    }
}
