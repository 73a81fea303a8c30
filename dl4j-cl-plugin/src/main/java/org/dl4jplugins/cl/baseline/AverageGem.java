package org.dl4jplugins.cl.baseline;

import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A-GEM (Chaudhry et al., 2019): a gradient g that would raise the loss on a batch from memory,
 * whose gradient is r, loses that part: {@code g - (g r / r r) r} if {@code g r < 0}. The gradient
 * on memory, of old tasks only and in training mode, counts as a gradient step. It holds two arrays
 * of the trained parameters' number.
 */
public final class AverageGem implements ContinualMethod {

    private final int examples;
    private ParameterSelection selection;
    private INDArray reference;
    private INDArray gradient;

    /** As many examples from memory as the batch has. */
    public AverageGem() {
        this(0);
    }

    /**
     * @param examples from memory per step, 0 for as many as the batch has
     * @throws IllegalArgumentException if it is negative
     */
    public AverageGem(int examples) {
        if (examples < 0) {
            throw new IllegalArgumentException("examples must be at least 0, got " + examples);
        }
        this.examples = examples;
    }

    @Override
    public String describe() {
        return "A-GEM " + examples;
    }

    @Override
    public void validate(Learner learner) {
        if (learner.memory() == null) {
            throw new IllegalArgumentException("A-GEM needs a memory");
        }
        selection = ParameterSelection.all(learner.graph());
        reference = Nd4j.zeros(learner.graph().params().dataType(), selection.size());
        gradient = reference.dup();
    }

    @Override
    public int cost(Learner learner) {
        return learner.task() == 0 ? 1 : 2;
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        if (learner.task() == 0) {
            learner.fit(batch);
            return;
        }
        int number = examples > 0 ? examples : Rows.count(batch);
        TaskBatch old =
                Memory.batch(
                        learner.memory()
                                .draw(number, learner.random(1), task -> task < learner.task()));
        learner.count();
        MultiDataSet masked = learner.stream().masked(old, learner.task());
        selection.gather(Gradients.of(learner.graph(), masked), reference);
        Gradients.with(learner.graph(), graph -> project(learner), () -> learner.fit(batch));
    }

    private void project(Learner learner) {
        INDArray flat = learner.graph().getFlattenedGradients();
        selection.gather(flat, gradient);
        double product = Nd4j.getBlasWrapper().dot(gradient, reference);
        double square = Nd4j.getBlasWrapper().dot(reference, reference);
        if (product < 0 && square > 0) {
            gradient.subi(reference.muli(product / square));
            selection.scatter(gradient, flat);
        }
    }
}
