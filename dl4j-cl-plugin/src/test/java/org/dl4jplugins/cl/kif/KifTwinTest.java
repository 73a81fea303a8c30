package org.dl4jplugins.cl.kif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.importance.WeightTime;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Two cycles of three inner and two outer steps, beside plain loops over arrays. An outer batch is
 * the whole memory, so that the order of a draw does not matter.
 */
class KifTwinTest {

    private static final double A = 0.55;
    private static final double QUANTILE = 0.6;

    private final ComputationGraph twin = Toy.mlp(new Adam(0.02), DataType.DOUBLE, 0, false);
    private final double[] m = new double[size()];
    private final double[] v = new double[size()];
    private final double[] velocity = new double[size()];
    private final double[] importanceOut = new double[size()];
    private int adamSteps;

    @Test
    void cyclesAreWhatTheyAreSaidToBe() {
        MultiDataSet first = Toy.data(0, 60, 1);
        ComputationGraph graph = twin.clone();
        var stream = Toy.permuted(2, 60, 10);
        new ContinualTrainer.Builder(graph, stream, kif())
                .memory(new FractionMemory(1, true))
                .budget(Budget.steps(10))
                .scoreBefore(false)
                .freshUpdater(false)
                .build()
                .run();

        List<MultiDataSet> old =
                batches(stream.task(0).train().open(0), stream.task(0).train().open(1));
        for (MultiDataSet batch : old.subList(0, 10)) {
            adam(gradient(batch));
        }
        List<MultiDataSet> current = batches(stream.task(1).train().open(0));
        for (int cycle = 0; cycle < 2; cycle++) {
            double[] importanceIn = new double[size()];
            double[] start = parameters();
            for (int q = 0; q < 3; q++) {
                double[] g = gradient(current.get(3 * cycle + q));
                smooth(importanceIn, g);
                adam(g);
            }
            double[] middle = parameters();
            for (int s = 0; s < 2; s++) {
                double[] g = gradient(first);
                smooth(importanceOut, g);
                nesterovs(g);
            }
            double[] end = parameters();
            double in = quantile(importanceIn);
            double out = quantile(importanceOut);
            double[] fused = start.clone();
            for (int i = 0; i < fused.length; i++) {
                fused[i] += importanceIn[i] > in ? middle[i] - start[i] : 0;
                fused[i] += importanceOut[i] > out ? end[i] - middle[i] : 0;
            }
            set(fused);
        }
        assertEquals(16, adamSteps);
        assertArrayEquals(parameters(), graph.params().toDoubleVector(), 1e-10);
    }

    private static RecurrentKif kif() {
        return new RecurrentKif.Builder()
                .innerSteps(3)
                .outerSteps(2)
                .outerBatch(60)
                .innerSmoothing(Smoothing.paper())
                .weightTime(WeightTime.BEFORE_STEP)
                .outerUpdater(new Nesterovs(0.05, 0.9))
                .fusion(new MaskFusion.Builder().quantile(QUANTILE).build())
                .build();
    }

    private double[] gradient(MultiDataSet batch) {
        twin.setInputs(batch.getFeatures());
        twin.setLabels(batch.getLabels());
        twin.computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
        double[] g = twin.getFlattenedGradients().toDoubleVector();
        for (int i = 0; i < g.length; i++) {
            g[i] /= batch.getFeatures(0).size(0);
        }
        return g;
    }

    private void smooth(double[] importance, double[] g) {
        double[] w = parameters();
        for (int i = 0; i < g.length; i++) {
            importance[i] = A * importance[i] + (1 - A) * Math.abs(w[i] * g[i]);
        }
    }

    private void adam(double[] g) {
        adamSteps++;
        double[] w = parameters();
        double rate =
                0.02 * Math.sqrt(1 - Math.pow(0.999, adamSteps)) / (1 - Math.pow(0.9, adamSteps));
        for (int i = 0; i < g.length; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            w[i] -= rate * m[i] / (Math.sqrt(v[i]) + 1e-8);
        }
        set(w);
    }

    private void nesterovs(double[] g) {
        double[] w = parameters();
        for (int i = 0; i < g.length; i++) {
            double before = velocity[i];
            velocity[i] = 0.9 * before - 0.05 * g[i];
            w[i] += -0.9 * before + 1.9 * velocity[i];
        }
        set(w);
    }

    private static double quantile(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = QUANTILE * (sorted.length - 1);
        int below = (int) at;
        return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
    }

    private double[] parameters() {
        return twin.params().toDoubleVector();
    }

    private void set(double[] w) {
        for (int i = 0; i < w.length; i++) {
            twin.params().putScalar(i, w[i]);
        }
    }

    private int size() {
        return (int) twin.numParams();
    }

    private static List<MultiDataSet> batches(MultiDataSetIterator... iterators) {
        List<MultiDataSet> all = new ArrayList<>();
        for (MultiDataSetIterator iterator : iterators) {
            iterator.forEachRemaining(all::add);
        }
        return all;
    }
}
