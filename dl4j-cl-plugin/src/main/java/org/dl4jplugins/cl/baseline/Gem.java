package org.dl4jplugins.cl.baseline;

import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gradient episodic memory (Lopez-Paz and Ranzato, 2017): if the batch's gradient g would raise the
 * loss on any old task's memory, whose gradients are the rows of G, it becomes the nearest one that
 * would not, {@code g + G' v}, where v minimizes {@code v G G' v / 2 + g G' v} over {@code v >=
 * margin}. As in the published code, a margin above 0 pulls towards all old tasks whenever one is
 * hurt, and otherwise g stays.
 *
 * <p>G G' gets a millionth of its mean diagonal on the diagonal, so that the solution is unique.
 * The gradient on each old task's memory counts as a gradient step. It holds one array of the
 * trained parameters' number per old task, and one more.
 */
public final class Gem implements ContinualMethod {

    private static final double RIDGE = 1e-6;

    private final double margin;
    private final int examples;
    private final List<INDArray> references = new ArrayList<>();
    private ParameterSelection selection;
    private INDArray gradient;

    /** The paper's margin of 0.5, the whole memory of each task. */
    public Gem() {
        this(0.5, 0);
    }

    /**
     * @param margin least share of each old task's gradient in a corrected step, at least 0
     * @param examples from each old task's memory per step, 0 for all that it has
     * @throws IllegalArgumentException if one is negative
     */
    public Gem(double margin, int examples) {
        if (!(margin >= 0 && Double.isFinite(margin))) {
            throw new IllegalArgumentException("margin must be at least 0, got " + margin);
        }
        if (examples < 0) {
            throw new IllegalArgumentException("examples must be at least 0, got " + examples);
        }
        this.margin = margin;
        this.examples = examples;
    }

    @Override
    public String describe() {
        return "GEM margin " + margin + " examples " + examples;
    }

    @Override
    public void validate(Learner learner) {
        if (learner.memory() == null) {
            throw new IllegalArgumentException("GEM needs a memory");
        }
        selection = ParameterSelection.all(learner.graph());
        gradient = Nd4j.zeros(learner.graph().params().dataType(), selection.size());
    }

    @Override
    public int cost(Learner learner) {
        return 1 + learner.task();
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        int old = 0;
        for (int task = 0; task < learner.task(); task++) {
            int kept = learner.memory().count(task);
            if (kept > 0) {
                reference(learner, task, examples > 0 ? examples : kept, old++);
            }
        }
        List<INDArray> rows = references.subList(0, old);
        Gradients.with(learner.graph(), graph -> project(learner, rows), () -> learner.fit(batch));
    }

    private void reference(Learner learner, int task, int number, int place) {
        TaskBatch drawn =
                Memory.batch(learner.memory().draw(number, learner.random(1), t -> t == task));
        learner.count();
        MultiDataSet masked = learner.stream().masked(drawn, learner.task());
        if (references.size() == place) {
            references.add(gradient.like());
        }
        selection.gather(Gradients.of(learner.graph(), masked), references.get(place));
    }

    private void project(Learner learner, List<INDArray> rows) {
        INDArray flat = learner.graph().getFlattenedGradients();
        selection.gather(flat, gradient);
        double divisor = Gradients.divisor(learner.graph());
        double[] products = new double[rows.size()];
        double[][] gram = new double[rows.size()][rows.size()];
        boolean hurts = false;
        for (int i = 0; i < products.length; i++) {
            products[i] = dot(gradient, rows.get(i)) / divisor;
            hurts |= products[i] < 0;
            for (int j = 0; j <= i; j++) {
                gram[i][j] = dot(rows.get(i), rows.get(j));
                gram[j][i] = gram[i][j];
            }
        }
        if (hurts) {
            double[] v = weights(gram, products, margin);
            for (int i = 0; i < v.length; i++) {
                gradient.addi(rows.get(i).muli(v[i] * divisor));
            }
            selection.scatter(gradient, flat);
        }
    }

    /** v, from G G' and G g. */
    static double[] weights(double[][] gram, double[] products, double margin) {
        int n = products.length;
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += gram[i][i];
        }
        double[][] p = new double[n][];
        double[] c = products.clone();
        for (int i = 0; i < n; i++) {
            p[i] = gram[i].clone();
            p[i][i] += RIDGE * trace / n;
            for (int j = 0; j < n; j++) {
                c[i] += margin * gram[i][j];
            }
        }
        double[] v = NonNegativeQp.solve(p, c);
        for (int i = 0; i < n; i++) {
            v[i] += margin;
        }
        return v;
    }

    private static double dot(INDArray a, INDArray b) {
        return Nd4j.getBlasWrapper().dot(a, b);
    }
}
