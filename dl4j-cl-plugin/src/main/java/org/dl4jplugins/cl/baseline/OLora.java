package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.Increments.Adapter;
import org.dl4jplugins.cl.baseline.Increments.Factor;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * O-LoRA (Wang et al., EMNLP 2023): each task learns a new low-rank increment A B of the weights;
 * those of earlier tasks are frozen but go on being added, and the new A is kept orthogonal to all
 * theirs. The loss of a task gets {@code lambda1 sum overlap(A_old^T A) + lambda2 sum (|A| + |B|)};
 * B is not made orthogonal. The task need not be known at test time.
 *
 * <p>The graph has as many adapters as there are tasks from the start, all of them active and
 * learning; task t learns that with the t-th lowest number k, the parameters {@code matrix.loraA.k}
 * and {@code matrix.loraB.k}. Increments with B = 0 add nothing before their turn. The others have
 * no gradient meanwhile, and neither momentum nor weight decay moves them. Trained parameters that
 * are no increments, such as a head, are shared and trained by each task as in {@link Naive}.
 *
 * <p>Where paper and published code differ: the overlap is squared in the paper (section 3.3) and
 * absolute in the code, see {@link Overlap}; lambda2 is in the code only, with norms that are not
 * squared, and 0 in its scripts for T5. A_old is detached in both, its columns are not normalized.
 * Besides the model it holds a copy of all increments.
 */
public final class OLora implements ContinualMethod {

    /** What the inner product of an old and a new column of A costs. */
    public enum Overlap {
        /** Its absolute value, as in the published code. */
        ABSOLUTE,
        /** Its square, as in the paper. */
        SQUARED
    }

    private final double lambda1;
    private final double lambda2;
    private final Overlap overlap;
    private List<Adapter> adapters;
    private Adapter current;
    private SubspacePenalty penalty;
    private ParameterSelection others;
    private INDArray frozen;

    private OLora(Builder builder) {
        this.lambda1 = builder.lambda1;
        this.lambda2 = builder.lambda2;
        this.overlap = builder.overlap;
    }

    @Override
    public String describe() {
        return "O-LoRA lambda1 " + lambda1 + " lambda2 " + lambda2 + " overlap " + overlap;
    }

    @Override
    public void validate(Learner learner) {
        adapters = Increments.of(learner.graph());
        if (adapters.size() < learner.stream().size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "O-LoRA needs an adapter that learns for each of the %d tasks, the"
                                    + " graph has those numbered %s: add more and let all learn",
                            learner.stream().size(),
                            adapters.stream().map(Adapter::number).toList()));
        }
    }

    @Override
    public void beforeTask(Learner learner) {
        ComputationGraph graph = learner.graph();
        current = adapters.get(learner.task());
        penalty =
                new SubspacePenalty(
                        graph.params(),
                        current,
                        adapters.subList(0, learner.task()),
                        overlap,
                        lambda1,
                        lambda2);
        Set<String> names = new HashSet<>();
        for (Adapter adapter : adapters) {
            if (adapter != current) {
                adapter.factors().forEach(factor -> names.add(factor.segment().name()));
            }
        }
        others = names.isEmpty() ? null : ParameterSelection.where(graph, names::contains);
        if (others != null) {
            frozen = Nd4j.createUninitialized(graph.params().dataType(), others.size());
            others.gather(graph.params(), frozen);
        }
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        Gradients.with(learner.graph(), graph -> change(learner), () -> learner.fit(batch));
        if (others != null) {
            others.scatter(frozen, learner.graph().params());
        }
    }

    private void change(Learner learner) {
        ComputationGraph graph = learner.graph();
        INDArray gradient = graph.getFlattenedGradients();
        if (learner.taskSteps() == 1) {
            requireActive(gradient);
        }
        for (Adapter adapter : adapters) {
            if (adapter != current) {
                adapter.factors().forEach(factor -> factor.of(gradient).assign(0));
            }
        }
        penalty.addGradient(graph.params(), Gradients.divisor(graph), gradient);
    }

    private void requireActive(INDArray gradient) {
        for (Factor factor : current.factors()) {
            if (factor.of(gradient).normmaxNumber().doubleValue() != 0) {
                return;
            }
        }
        throw new IllegalStateException(
                "The adapter with number "
                        + current.number()
                        + " has no gradient: O-LoRA needs all adapters to be active");
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        beforeTask(learner);
    }

    /** Collects settings; the defaults are the published code's. */
    public static final class Builder {
        private double lambda1 = 0.5;
        private double lambda2;
        private Overlap overlap = Overlap.ABSOLUTE;

        /**
         * @param lambda1 weight of the overlap with earlier adapters, at least 0; 0.5 by default
         */
        public Builder lambda1(double lambda1) {
            this.lambda1 = lambda1;
            return this;
        }

        /**
         * @param lambda2 weight of the norms of the new factors, at least 0; 0 by default
         */
        public Builder lambda2(double lambda2) {
            this.lambda2 = lambda2;
            return this;
        }

        /**
         * @param overlap cost of an inner product; the published code's absolute value by default
         */
        public Builder overlap(Overlap overlap) {
            this.overlap = overlap;
            return this;
        }

        /**
         * @throws IllegalArgumentException if a weight is negative or not finite, or overlap null
         */
        public OLora build() {
            requireWeight("lambda1", lambda1);
            requireWeight("lambda2", lambda2);
            if (overlap == null) {
                throw new IllegalArgumentException("overlap must be ABSOLUTE or SQUARED, got null");
            }
            return new OLora(this);
        }

        private static void requireWeight(String name, double value) {
            if (!(value >= 0 && Double.isFinite(value))) {
                throw new IllegalArgumentException(
                        name + " must be finite and at least 0, got " + value);
            }
        }
    }
}
