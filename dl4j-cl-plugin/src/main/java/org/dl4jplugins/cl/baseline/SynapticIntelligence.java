package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Synaptic intelligence (Zenke et al., 2017): {@code c sum Omega (w - w*)^2} is added to the loss,
 * with the weights w* after the last task. What a parameter did for a task is the path integral
 * {@code omega = -sum g dw} over its steps, with the gradient g of the batch's mean loss (without
 * penalties, before regularization and clipping) and the change dw that the updater made. At the
 * task's end {@code Omega := max(0, Omega + omega / ((w - w*)^2 + xi))} and omega starts from 0; as
 * in the published code, what made a task worse is not rewarded.
 *
 * <p>It holds six arrays of the trained parameters' number. If early stopping goes back to an
 * earlier model, omega still has the steps after it.
 */
public final class SynapticIntelligence implements ContinualMethod {

    private final double strength;
    private final double damping;
    private ParameterSelection selection;
    private Anchor anchor;
    private INDArray path;
    private INDArray gradient;
    private INDArray[] room;

    /** The paper's for permuted MNIST: c = 0.1, xi = 0.1. */
    public SynapticIntelligence() {
        this(0.1, 0.1);
    }

    /**
     * @param strength c, at least 0
     * @param damping xi, above 0; keeps Omega finite where a parameter hardly moved
     * @throws IllegalArgumentException if one is out of its range
     */
    public SynapticIntelligence(double strength, double damping) {
        if (!(strength >= 0 && Double.isFinite(strength))) {
            throw new IllegalArgumentException("strength must be at least 0, got " + strength);
        }
        if (!(damping > 0 && Double.isFinite(damping))) {
            throw new IllegalArgumentException("damping must be above 0, got " + damping);
        }
        this.strength = strength;
        this.damping = damping;
    }

    @Override
    public String describe() {
        return "SI strength " + strength + " damping " + damping;
    }

    @Override
    public void validate(Learner learner) {
        selection = ParameterSelection.all(learner.graph());
        anchor = Anchor.at(learner.graph(), selection);
        path = anchor.rest().like();
        gradient = path.like();
        room = new INDArray[] {path.like(), path.like()};
    }

    @Override
    public void beforeTask(Learner learner) {
        selection.gather(learner.graph().params(), anchor.rest());
        path.assign(0);
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        ComputationGraph graph = learner.graph();
        Gradients.with(graph, g -> prepare(learner), () -> learner.fit(batch));
        selection.gather(graph.params(), room[1]);
        path.subi(gradient.muli(room[1].subi(room[0])));
    }

    /** Keeps the gradient of the loss, adds that of the penalty, and keeps the weights. */
    private void prepare(Learner learner) {
        ComputationGraph graph = learner.graph();
        selection.gather(graph.getFlattenedGradients(), gradient);
        gradient.divi(Gradients.divisor(graph));
        if (learner.task() > 0) {
            Anchor.pull(graph, selection, List.of(anchor), 2 * strength, room);
        }
        selection.gather(graph.params(), room[0]);
    }

    @Override
    public void afterTask(Learner learner) {
        selection.gather(learner.graph().params(), room[0]);
        INDArray moved = room[0].subi(anchor.rest());
        moved.muli(moved).addi(damping);
        anchor.strength().addi(path.divi(moved));
        BooleanIndexing.replaceWhere(anchor.strength(), 0, Conditions.lessThan(0));
    }

    /** Omega [selected], a view; zeros before the first task's end. */
    INDArray importance() {
        return anchor.strength();
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        anchor.write(out);
        Nd4j.write(path, out);
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        anchor = Anchor.read(in);
        path.assign(Nd4j.read(in));
    }
}
