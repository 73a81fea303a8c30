package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Elastic weight consolidation (Kirkpatrick et al., 2017): {@code lambda / 2 sum F (w - w*)^2} is
 * added to the loss, with the weights w* after a task and the diagonal F of the empirical Fisher
 * information: the mean over examples of the squared gradient of each one's own loss with its true
 * label, not of labels drawn from the model, and not the square of a batch's mean gradient. {@link
 * #online} keeps one pair, {@code F := gamma F + F_task} and the newest w* (Schwarz et al., 2018);
 * {@link #separate} one pair per task.
 *
 * <p>Estimating F takes one gradient per example at the end of each task but the last; these are
 * not steps of the budget, as nothing is learned from them. They are gradients in training mode:
 * dropout is on. With batch normalization, whose statistics of one example say nothing, each is
 * taken amid its batch, which costs that many times more.
 *
 * <p>It holds two arrays of the trained parameters' number, and two more per pair.
 */
public final class Ewc implements ContinualMethod {

    private final double lambda;
    private final double gamma;
    private final boolean online;
    private final int examples;
    private final List<Anchor> anchors = new ArrayList<>();
    private ParameterSelection selection;
    private INDArray[] room;

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
        INDArray first = Nd4j.zeros(learner.graph().params().dataType(), selection.size());
        room = new INDArray[] {first, first.like()};
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        if (anchors.isEmpty()) {
            learner.fit(batch);
            return;
        }
        Gradients.with(
                learner.graph(),
                graph -> Anchor.pull(graph, selection, anchors, lambda, room),
                () -> learner.fit(batch));
    }

    @Override
    public void afterTask(Learner learner) {
        if (learner.task() == learner.stream().size() - 1) {
            return;
        }
        Anchor now = Anchor.at(learner.graph(), selection);
        FisherInformation.estimate(learner, selection, examples, room[0], now.strength());
        if (online && !anchors.isEmpty()) {
            now.strength().addi(anchors.get(0).strength().muli(gamma));
            anchors.clear();
        }
        anchors.add(now);
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        out.writeInt(anchors.size());
        for (Anchor anchor : anchors) {
            anchor.write(out);
        }
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        anchors.clear();
        for (int left = in.readInt(); left > 0; left--) {
            anchors.add(Anchor.read(in));
        }
    }
}
