package org.dl4jplugins.mtl.balance;

import static org.dl4jplugins.core.testing.Golden.assertClose;

import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Loss weights of LibMTL for given losses. */
class GoldenLossWeightingTest {

    private static final double EXACT = 1e-10;

    private static Golden golden;

    @BeforeAll
    static void load() {
        golden = Golden.load("mtl_loss_weighting");
    }

    @Test
    void dwa() {
        for (String name : golden.cases()) {
            double[][] history = golden.array(name + ".dwa.hist").transpose().toDoubleMatrix();
            double[][] expected = golden.matrix(name + ".dwa.weight");
            DWA method = new DWA();
            for (int epoch = 0; epoch < history.length; epoch++) {
                double spread = 0.25 * history[epoch][0];
                double[] above = history[epoch].clone();
                double[] below = history[epoch].clone();
                above[0] += spread;
                below[0] -= spread;
                assertClose(expected[epoch], method.weights(above), EXACT, name + " " + epoch);
                assertClose(expected[epoch], method.weights(below), EXACT, name + " " + epoch);
                method.epochEnded();
            }
        }
    }

    @Test
    void uw() {
        for (String name : golden.cases()) {
            double[][] losses = golden.matrix(name + ".L");
            double[][] expected = golden.matrix(name + ".uw.lossweight");
            UW method = new UW(new Sgd(0.1));
            for (int step = 0; step < expected.length; step++) {
                assertClose(expected[step], method.weights(losses[step]), EXACT, name + step);
            }
        }
    }

    @Test
    void gls() {
        for (String name : golden.cases()) {
            double[][] losses = golden.matrix(name + ".L");
            double[][] expected = golden.matrix(name + ".gls.lossweight");
            for (int step = 0; step < losses.length; step++) {
                assertClose(expected[step], new GLS().weights(losses[step]), EXACT, name + step);
            }
        }
    }

    @Test
    void rlw() {
        for (String name : golden.cases()) {
            double[][] normals = golden.matrix(name + ".rlw.normals");
            double[][] expected = golden.matrix(name + ".rlw.weight");
            for (int step = 0; step < normals.length; step++) {
                assertClose(expected[step], RLW.fromNormals(normals[step]), EXACT, name + step);
            }
        }
    }

    @Test
    void stch() {
        for (String name : golden.cases()) {
            double[][] losses = golden.matrix(name + ".L");
            double[] epochs = golden.vector(name + ".stch.epoch");
            for (double mu : new double[] {1, 0.1}) {
                String key = name + ".stch" + (mu == 1 ? "1" : "0.1") + ".lossweight";
                double[][] expected = golden.matrix(key);
                STCH method = new STCH(mu, 4);
                for (int step = 0; step < losses.length; step++) {
                    for (double e = step == 0 ? 0 : epochs[step - 1]; e < epochs[step]; e++) {
                        method.epochEnded();
                    }
                    assertClose(expected[step], method.weights(losses[step]), EXACT, key + step);
                }
            }
        }
    }

    @Test
    void imtl() {
        for (String name : golden.cases()) {
            double[] scales = golden.vector(name + ".imtl_l.s");
            double[] losses = golden.matrix(name + ".L")[0];
            double[] slope = golden.vector(name + ".imtl_l.dscale");
            IMTLL inner = new IMTLL(new Sgd(1));
            inner.restore(state(scales));
            INDArray g = golden.array(name + ".imtl_l.G");
            double[] direction =
                    new GramianAggregator(new Chained(inner, new IMTLG()))
                            .aggregate(g, losses)
                            .toDoubleVector();
            assertClose(golden.vector(name + ".imtl_l.dir"), direction, EXACT, name);
            double[] moved = new double[scales.length];
            for (int t = 0; t < moved.length; t++) {
                moved[t] = Math.exp(scales[t] - slope[t]);
            }
            assertClose(moved, inner.weights(losses), EXACT, name + " after one step");
        }
    }

    private static double[] state(double[] values) {
        double[] state = new double[3 + values.length];
        state[0] = values.length;
        System.arraycopy(values, 0, state, 3, values.length);
        return state;
    }
}
