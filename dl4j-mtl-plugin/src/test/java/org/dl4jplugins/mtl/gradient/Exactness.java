package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares task gradients with separate passes in which the other tasks are masked, and training
 * with a listener with training without. Equal random seeds give equal dropout masks everywhere.
 */
final class Exactness {

    private static final int SEED = 123;

    private Exactness() {}

    /** Copies what every callback gave. */
    static final class Recorder extends TaskGradientListener {
        final List<INDArray> matrices = new ArrayList<>();
        final List<LayerGramians> gramians = new ArrayList<>();
        final List<double[]> losses = new ArrayList<>();
        boolean matrixWanted = true;

        @Override
        protected void onTaskGradients(ComputationGraph model, TaskGradients g) {
            gramians.add(g.gramians());
            losses.add(g.losses());
            if (matrixWanted) {
                matrices.add(g.matrix().dup());
            }
        }
    }

    /** DL4J's gradient as the updater gets it. */
    static final class Full extends BaseTrainingListener {
        final List<INDArray> gradients = new ArrayList<>();
        final List<Double> scores = new ArrayList<>();

        @Override
        public void onGradientCalculation(Model model) {
            INDArray flat = ((ComputationGraph) model).getFlattenedGradients();
            gradients.add(flat.dup().reshape(new long[] {flat.length()}));
            scores.add(model.score());
        }
    }

    static void check(ComputationGraph graph, List<MultiDataSet> batches) {
        for (MultiDataSet b : batches) {
            int tasks = b.numLabelsArrays();
            List<List<INDArray>> expected = new ArrayList<>();
            for (int t = 0; t < tasks; t++) {
                expected.add(alone(graph, b, t));
            }
            ComputationGraph plain = graph.clone();
            Full plainFull = new Full();
            plain.setListeners(plainFull);
            fit(plain, b);
            Recorder recorder = new Recorder();
            Full full = new Full();
            graph.setListeners(recorder, full);
            fit(graph, b);
            assertEquals(plainFull.gradients, full.gradients, "the listener changed the gradient");
            assertEquals(plainFull.scores, full.scores, "the listener changed the score");
            assertEquals(plain.params(), graph.params(), "the listener changed the training");
            for (int s = 0; s < full.gradients.size(); s++) {
                compare(graph, b.getLabels(0).size(0), recorder, full, expected, s);
            }
        }
    }

    private static void compare(
            ComputationGraph graph,
            long examples,
            Recorder recorder,
            Full full,
            List<List<INDArray>> expected,
            int step) {
        INDArray matrix = recorder.matrices.get(step);
        int tasks = (int) matrix.size(0);
        INDArray whole = shared(graph, full.gradients.get(step));
        double scale = whole.norm2Number().doubleValue();
        for (int t = 0; step == 0 && t < tasks; t++) {
            INDArray e = shared(graph, expected.get(t).get(step));
            scale = Math.max(scale, e.norm2Number().doubleValue());
            double d = distance(matrix.getRow(t).mul(examples), e);
            assertTrue(d < 1e-10, "task " + t + " at step " + step + " differs by " + d);
        }
        INDArray sum = matrix.sum(0).muli(examples);
        double d = sum.sub(whole).norm2Number().doubleValue() / scale;
        assertTrue(d < 1e-10, "the sum differs by " + d);
        double losses = 0;
        for (double l : recorder.losses.get(step)) {
            losses += l;
        }
        assertEquals(full.scores.get(step), losses, 1e-10);
        double[][] total = recorder.gramians.get(step).total();
        INDArray gram = matrix.mmul(matrix.transpose());
        for (int i = 0; i < tasks; i++) {
            for (int j = 0; j < tasks; j++) {
                assertEquals(gram.getDouble(i, j), total[i][j], 1e-10 * (total[i][i] + 1e-20));
            }
        }
    }

    private static void fit(ComputationGraph graph, MultiDataSet b) {
        Nd4j.getRandom().setSeed(SEED);
        graph.fit(b);
    }

    /** The gradients of an ordinary fit in which all tasks but one are masked. */
    static List<INDArray> alone(ComputationGraph graph, MultiDataSet b, int task) {
        ComputationGraph copy = graph.clone();
        Full full = new Full();
        copy.setListeners(full);
        INDArray[] masks = new INDArray[b.numLabelsArrays()];
        for (int t = 0; t < masks.length; t++) {
            INDArray l = b.getLabels(t);
            INDArray given = b.getLabelsMaskArrays() == null ? null : b.getLabelsMaskArrays()[t];
            masks[t] = given == null ? ones(l) : given.dup();
            if (t != task) {
                masks[t].assign(0);
            }
        }
        fit(
                copy,
                new MultiDataSet(b.getFeatures(), b.getLabels(), b.getFeaturesMaskArrays(), masks));
        return full.gradients;
    }

    private static INDArray ones(INDArray labels) {
        if (labels.rank() == 4) {
            return Nd4j.ones(labels.dataType(), labels.size(0), 1, labels.size(2), labels.size(3));
        }
        return Nd4j.ones(
                labels.dataType(), labels.size(0), labels.rank() == 3 ? labels.size(2) : 1);
    }

    static INDArray shared(ComputationGraph graph, INDArray flat) {
        List<Double> values = new ArrayList<>();
        for (LayerBlock b : TaskStructure.of(graph).blocks()) {
            for (long[] r : b.ranges()) {
                for (long i = r[0]; i < r[1]; i++) {
                    values.add(flat.getDouble(b.flatOffset() + i));
                }
            }
        }
        return Nd4j.createFromArray(values.toArray(new Double[0]));
    }

    static double distance(INDArray a, INDArray b) {
        return a.sub(b).norm2Number().doubleValue() / (1e-30 + b.norm2Number().doubleValue());
    }
}
