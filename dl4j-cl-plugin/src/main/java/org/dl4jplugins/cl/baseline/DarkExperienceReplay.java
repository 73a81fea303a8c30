package org.dl4jplugins.cl.baseline;

import java.util.List;
import org.dl4jplugins.cl.memory.Example;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dark experience replay, DER++ (Buzzega et al., 2020): each gradient step is on the loss of the
 * batch, plus alpha times the squared difference of outputs before the activation (logits) from
 * those that were stored with examples from memory, plus beta times the loss of the labels of other
 * examples from memory. All three are means over their examples; the squared difference also over
 * outputs, as in the published code. With beta = 0 it is DER.
 *
 * <p>Logits are those of the model at the moment an example came into the memory, without dropout:
 * with a {@link org.dl4jplugins.cl.memory.ReservoirMemory} that takes examples while training, as
 * in the paper, the model after the step on that example; with one that is filled when a task ends,
 * the task's final model. Only outputs that competed then count (the task's own, or those of the
 * tasks so far); the published code takes all, also those that nothing had trained yet.
 *
 * <p>One step is one pass over all three parts; that new examples are asked for their logits is not
 * counted. A memory smaller than the number that is drawn gives examples several times. Labels must
 * be [batch, classes].
 */
public final class DarkExperienceReplay implements ContinualMethod {

    private final double alpha;
    private final double beta;
    private final int examples;
    private OutputHead head;

    /** Weights 0.5 and 0.5, as many examples in each part as the batch has. */
    public DarkExperienceReplay() {
        this(0.5, 0.5, 0);
    }

    /**
     * @param alpha weight of stored logits, at least 0
     * @param beta weight of labels from memory, at least 0
     * @param examples from memory per step for either, 0 for as many as the batch has
     * @throws IllegalArgumentException if one is negative
     */
    public DarkExperienceReplay(double alpha, double beta, int examples) {
        require("alpha", alpha);
        require("beta", beta);
        require("examples", examples);
        this.alpha = alpha;
        this.beta = beta;
        this.examples = examples;
    }

    private static void require(String name, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be at least 0, got " + value);
        }
    }

    @Override
    public String describe() {
        return "DER++ alpha " + alpha + " beta " + beta + " examples " + examples;
    }

    @Override
    public void validate(Learner learner) {
        if (learner.memory() == null) {
            throw new IllegalArgumentException("DER++ needs a memory");
        }
        head = OutputHead.of(learner.graph(), learner.stream().output(), "DER++");
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        Memory memory = learner.memory();
        if (memory.isEmpty()) {
            learner.fit(batch);
            return;
        }
        if (batch.getLabels(head.output()).rank() != 2) {
            throw new IllegalArgumentException(
                    "DER++ needs labels [batch, classes], got rank "
                            + batch.getLabels(head.output()).rank());
        }
        memory.keepLogits(head::logits);
        int number = examples > 0 ? examples : Rows.count(batch);
        List<Example> known = memory.draw(number, learner.random(1), task -> true);
        TaskBatch own = TaskBatch.of(batch, learner.task());
        TaskBatch all = own.with(Memory.batch(known));
        if (beta > 0) {
            all = all.with(memory.draw(number, learner.random(3)));
        }
        fit(learner, own.size(), known, all);
    }

    private void fit(Learner learner, int own, List<Example> known, TaskBatch all) {
        double scale = learner.graph().conf().isMiniBatch() ? all.size() : own;
        int labeled = own + known.size();
        double[][] weights = new double[all.size()][1];
        for (int i = 0; i < weights.length; i++) {
            weights[i][0] = i < own ? scale / own : i < labeled ? 0 : beta * scale / known.size();
        }
        INDArray logits = known.get(0).logits();
        INDArray target = Nd4j.zeros(logits.dataType(), all.size(), logits.size(1));
        INDArray share = target.like();
        for (int k = 0; k < known.size(); k++) {
            Example example = known.get(k);
            target.putRow(own + k, example.logits());
            share.putRow(own + k, competed(learner, example).muli(alpha * scale / known.size()));
        }
        MultiDataSet masked = learner.stream().masked(all, learner.task());
        LogitLoss loss =
                new LogitLoss(
                        head.loss(),
                        head.mask(masked),
                        Nd4j.createFromArray(weights).castTo(logits.dataType()),
                        (now, mask, gradient) -> squares(now, target, share, gradient));
        head.fit(learner, loss, head.unmasked(masked));
    }

    /** [1, classes] 1 / n at the n outputs that competed when the example was stored. */
    private static INDArray competed(Learner learner, Example example) {
        int width = (int) example.logits().size(1);
        boolean[] allowed = learner.stream().allowed(example.task(), example.task(), width);
        INDArray share = Nd4j.zeros(example.logits().dataType(), 1, width);
        for (int c = 0; c < width; c++) {
            share.putScalar(0, c, allowed == null || allowed[c] ? 1 : 0);
        }
        return share.divi(share.sumNumber());
    }

    private static double squares(
            INDArray logits, INDArray target, INDArray share, INDArray gradient) {
        INDArray difference = logits.sub(target);
        INDArray weighted = difference.mul(share);
        if (gradient != null) {
            gradient.addi(weighted.mul(2));
        }
        return weighted.muli(difference).sumNumber().doubleValue();
    }
}
