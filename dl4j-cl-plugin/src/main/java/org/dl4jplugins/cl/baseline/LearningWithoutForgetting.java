package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.ModelCopy;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Learning without forgetting (Li and Hoiem, 2016): on the new task's inputs the model should still
 * answer as it did before the task. The loss gets {@code lambda sum p log(1 / q)}, the mean over
 * examples, with the answers p of the model before the task and q of the model now, both softmaxes
 * of outputs divided by a temperature, over the old outputs alone:
 *
 * <ul>
 *   <li>task-incremental: over the classes of each old task for itself, one term per task;
 *   <li>class-incremental: over the classes of all old tasks together;
 *   <li>domain-incremental: over all outputs.
 * </ul>
 *
 * <p>As in the paper, the term is not multiplied by the square of the temperature, and no memory is
 * needed. The paper's warm-up of new outputs alone is left out. It holds two copies of what learns
 * in the model. Each step also asks the old model, a pass forward that is not counted as a gradient
 * step. Answers may be [batch, classes], such as one output per label text, or sequences.
 */
public final class LearningWithoutForgetting implements ContinualMethod {

    private final double lambda;
    private final double temperature;
    private OutputHead head;
    private ModelCopy before;

    /** The paper's: lambda = 1, temperature 2. */
    public LearningWithoutForgetting() {
        this(1, 2);
    }

    /**
     * @param lambda weight of old answers, at least 0
     * @param temperature above 0; larger values give small probabilities more weight
     * @throws IllegalArgumentException if one is out of its range
     */
    public LearningWithoutForgetting(double lambda, double temperature) {
        if (!(lambda >= 0 && Double.isFinite(lambda))) {
            throw new IllegalArgumentException("lambda must be at least 0, got " + lambda);
        }
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature must be above 0, got " + temperature);
        }
        this.lambda = lambda;
        this.temperature = temperature;
    }

    @Override
    public String describe() {
        return "LwF lambda " + lambda + " temperature " + temperature;
    }

    @Override
    public void validate(Learner learner) {
        head = OutputHead.of(learner.graph(), learner.stream().output(), "LwF");
        if (!(head.layer().getActivationFn() instanceof ActivationSoftmax)) {
            throw new IllegalArgumentException(
                    String.format(
                            "LwF needs the activation softmax, layer '%s' has %s",
                            head.layer().getLayerName(), head.layer().getActivationFn()));
        }
        before = new ModelCopy(learner.graph());
    }

    @Override
    public void beforeTask(Learner learner) {
        before.take();
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        if (learner.task() == 0) {
            learner.fit(batch);
            return;
        }
        MultiDataSet masked =
                learner.stream().masked(TaskBatch.of(batch, learner.task()), learner.task());
        MultiDataSet plain = head.unmasked(masked);
        INDArray old = before.instead(() -> head.logits(plain));
        List<Distillation> terms = new ArrayList<>();
        for (boolean[] outputs : old(learner.stream(), learner.task(), (int) old.size(1))) {
            terms.add(Distillation.of(old, outputs, temperature, lambda));
        }
        LogitLoss loss =
                new LogitLoss(
                        head.loss(),
                        head.mask(masked),
                        null,
                        (logits, mask, gradient) ->
                                terms.stream()
                                        .mapToDouble(t -> t.add(logits, mask, gradient))
                                        .sum());
        head.fit(learner, loss, plain);
    }

    /** Sets of outputs [classes], each with answers of its own. */
    private static List<boolean[]> old(TaskStream stream, int task, int width) {
        if (stream.scenario() == Scenario.DOMAIN_INCREMENTAL) {
            boolean[] all = new boolean[width];
            Arrays.fill(all, true);
            return List.of(all);
        }
        if (stream.scenario() == Scenario.CLASS_INCREMENTAL) {
            return List.of(stream.allowed(task - 1, task - 1, width));
        }
        List<boolean[]> each = new ArrayList<>();
        for (int old = 0; old < task; old++) {
            each.add(stream.allowed(old, task, width));
        }
        return each;
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        before.save(out);
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        before.restore(in);
    }
}
