package org.dl4jplugins.mtl.balance;

import static org.dl4jplugins.core.testing.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Values worked out by hand or by numerical differentiation, and those in TorchJD's manual. */
class HandWorkedTest {

    /** The matrix of TorchJD's examples. */
    private static final double[][] J = {{-4, 1, 1}, {6, 1, 1}};

    private static void manual(Weighting method, double... expected) {
        double[] weights = method.weights(Matrices.gramian(J), new double[] {1, 1});
        assertArrayEquals(expected, Matrices.combine(J, weights), 2e-4, method.toString());
    }

    @Test
    void valuesOfTorchJdsManual() {
        manual(new EqualWeights(), 2, 2, 2);
        manual(new MGDA(), 0, 1, 1);
        manual(new PCGrad(0), 0.5848, 3.8012, 3.8012);
        manual(new UPGrad(), 0.2929, 1.9004, 1.9004);
        manual(new DualProj(), 0.5563, 1.1109, 1.1109);
        manual(new CAGrad(0.5, 0), 0.1835, 1.2041, 1.2041);
        manual(new IMTLG(), 0.0767, 1, 1);
        manual(new NashMTL(), 0.0542, 0.7061, 0.7061);
        manual(new AlignedMTL(AlignedMTL.Scale.MIN, 0.5, 0.5), 0.2133, 0.9673, 0.9673);
    }

    /** Two tasks, g1'g2 = -22: each gradient gets 22 / |other|^2 of the other one. */
    @Test
    void pcGradOfTwoTasksNeedsNoLuck() {
        double[] expected = {1 + 22.0 / 18, 1 + 22.0 / 38};
        for (PCGrad.Variant variant : PCGrad.Variant.values()) {
            double[] w = new PCGrad(variant, 9).weights(Matrices.gramian(J), new double[2]);
            double factor = variant == PCGrad.Variant.CAGRAD_AUTHORS ? 0.5 : 1;
            assertArrayEquals(Small.scaled(expected, factor), w, 1e-7);
        }
    }

    /** The published loops on explicit vectors; in LibMTL's a task also meets its own gradient. */
    @Test
    void pcGradOnExplicitVectors() {
        int[][] order = {{1, 2, 0}, {2, 0, 1}, {0, 1, 2}};
        boolean selfMatters = false;
        for (int seed = 0; seed < 40; seed++) {
            double[][] g = Matrices.random(3, 3, 3, seed);
            double[][] sums = new double[2][3];
            for (int self = 0; self < 2; self++) {
                for (int i = 0; i < 3; i++) {
                    double[] p = g[i].clone();
                    for (int j : order[i]) {
                        double inner = Small.dot(p, g[j]);
                        if ((j != i || self == 1) && inner < 0) {
                            for (int k = 0; k < 3; k++) {
                                p[k] -= inner / Small.dot(g[j], g[j]) * g[j][k];
                            }
                        }
                    }
                    for (int k = 0; k < 3; k++) {
                        sums[self][k] += p[k];
                    }
                }
                PCGrad.Variant variant = self == 1 ? PCGrad.Variant.LIBMTL : PCGrad.Variant.PAPER;
                double[] w =
                        new PCGrad(variant, i -> order[i])
                                .weights(Matrices.gramian(g), new double[3]);
                assertClose(sums[self], Matrices.combine(g, w), 1e-5, variant + " " + seed);
            }
            selfMatters |= Math.abs(sums[0][0] - sums[1][0]) > 1e-2;
        }
        assertTrue(selfMatters);
    }

    /** A first call of GradVac has target 0 for each pair, which is PCGrad in the same order. */
    @Test
    void gradVacStartsAsPcGrad() {
        double[][] a = Matrices.gramian(Matrices.random(4, 6, 4, 2));
        double[] expected = new PCGrad(3).weights(a, new double[4]);
        assertClose(expected, new GradVac(0.5, 3).weights(a, new double[4]), 1e-12, "weights");
    }

    /** beta = 1 sets the target to the last cosine; the next gradients are turned up to it. */
    @Test
    void gradVacReachesItsTarget() {
        GradVac method = new GradVac(1, 0);
        method.weights(new double[][] {{1, 0.8}, {0.8, 1}}, new double[2]);
        double[][] g = {{1, 0}, {-0.6, 0.8}};
        double[] w = method.weights(Matrices.gramian(g), new double[2]);
        // g1 + a g2 with cosine 0.8 to g2, where cos = -0.6, sin = 0.8: a = (0.64 + 0.36) / 0.6.
        assertArrayEquals(new double[] {1 + 1 / 0.6, 1 + 1 / 0.6}, w, 1e-12);
        double[] turned = {1 + w[0] * g[1][0] - g[1][0], (w[0] - 1) * g[1][1]};
        double cosine = Small.dot(turned, g[1]) / Matrices.norm(turned);
        assertEquals(0.8, cosine, 1e-12);
    }

    /** Where no gradient conflicts GradDrop adds all of them; leak 1 lets all pass anyway. */
    @Test
    void gradDropByHand() {
        INDArray g = Nd4j.createFromArray(new double[][] {{1, -1, 2}, {3, -2, -2}});
        INDArray u = Nd4j.createFromArray(0.9, 0.9, 0.4);
        INDArray kept = new GradDrop.Builder().build(u).aggregate(g, new double[2]);
        assertArrayEquals(new double[] {4, -3, 2}, kept.toDoubleVector());
        INDArray high = Nd4j.createFromArray(0.9, 0.9, 0.6);
        kept = new GradDrop.Builder().build(high).aggregate(g, new double[2]);
        assertArrayEquals(new double[] {4, -3, -2}, kept.toDoubleVector());
        kept = new GradDrop.Builder().leak(0.25, 1).build(high).aggregate(g, new double[2]);
        assertArrayEquals(new double[] {4, -3, -1.5}, kept.toDoubleVector());
        kept = new GradDrop.Builder().mean(true).leak(1, 1).build().aggregate(g, new double[2]);
        assertArrayEquals(new double[] {2, -1.5, 0}, kept.toDoubleVector());
        kept =
                new GradDrop.Builder()
                        .purity(p -> p.mul(0).addi(1))
                        .build()
                        .aggregate(g, new double[2]);
        assertArrayEquals(new double[] {4, 0, 2}, kept.toDoubleVector());
    }

    /** Signs are picked with probability (1 + sum / sum of sizes) / 2. */
    @Test
    void gradDropPicksSignsByPurity() {
        INDArray g = Nd4j.ones(2, 20000);
        g.getRow(1).assign(-3);
        GradDrop method = new GradDrop.Builder().seed(1).build();
        double mean = method.aggregate(g, new double[2]).meanNumber().doubleValue();
        assertEquals(0.25 - 0.75 * 3, mean, 0.05);
        double again = method.aggregate(g, new double[2]).meanNumber().doubleValue();
        assertTrue(mean != again);
    }

    /** CAGrad without conflict of directions: all gradients equal g, so d = (1 + c) g. */
    @Test
    void caGradOfEqualGradients() {
        double[][] g = {{1, 2}, {1, 2}, {1, 2}};
        for (int rescale = 0; rescale < 3; rescale++) {
            double c = 0.5;
            double divisor = new double[] {1, 1.25, 1.5}[rescale];
            double[] w = new CAGrad(c, rescale).weights(Matrices.gramian(g), new double[3]);
            double[] d = Matrices.combine(g, w);
            assertArrayEquals(new double[] {1.5 / divisor, 3 / divisor}, d, 1e-9);
        }
    }

    /** The primal problem: no direction in the ball has a better worst task. */
    @Test
    void caGradMaximizesTheWorstGain() {
        double c = 0.6;
        for (int seed = 0; seed < 20; seed++) {
            double[][] g = Matrices.random(3, 2, 2, seed);
            double[] w = new CAGrad(c, 0).weights(Matrices.gramian(g), new double[3]);
            double[] mean = Matrices.combine(g, Small.filled(3, 1.0 / 3));
            double radius = c * Matrices.norm(mean);
            double best = Double.NEGATIVE_INFINITY;
            for (int angle = 0; angle < 20000; angle++) {
                double phi = 2 * Math.PI * angle / 20000;
                double[] d = {mean[0] + radius * Math.cos(phi), mean[1] + radius * Math.sin(phi)};
                best = Math.max(best, worst(g, d));
            }
            double found = worst(g, Matrices.combine(g, w));
            assertTrue(found >= best - 1e-6 * Math.abs(best), seed + ": " + found + " " + best);
        }
    }

    private static double worst(double[][] g, double[] d) {
        double worst = Double.POSITIVE_INFINITY;
        for (double[] row : g) {
            worst = Math.min(worst, Small.dot(row, d));
        }
        return worst;
    }

    /** The smallest projections of all tasks are equal: that is IMTL-G. */
    @Test
    void imtlGProjectsEqually() {
        double[][] g = Matrices.random(5, 9, 5, 4);
        double[] w = new IMTLG().weights(Matrices.gramian(g), new double[5]);
        double[] d = Matrices.combine(g, w);
        double first = Small.dot(g[0], d) / Matrices.norm(g[0]);
        for (double[] row : g) {
            assertEquals(first, Small.dot(row, d) / Matrices.norm(row), 1e-9);
        }
        assertEquals(1, Small.sum(w), 1e-12);
    }

    /** The aligned gradients are orthogonal and of equal length, so the sum has this length. */
    @Test
    void alignedSumHasTheExpectedLength() {
        double[][] g = {{3, 0, 0}, {0, 2, 0}, {0, 0, 1}};
        double[][] a = Matrices.gramian(g);
        double[] three = new double[3];
        assertArrayEquals(
                new double[] {1, 1, 1},
                Matrices.combine(g, new AlignedMTL().weights(a, three)),
                1e-12);
        assertArrayEquals(
                new double[] {2, 2, 2},
                Matrices.combine(g, new AlignedMTL(AlignedMTL.Scale.MEDIAN).weights(a, three)),
                1e-12);
        assertArrayEquals(
                new double[] {1, 0.25},
                new AlignedMTL(AlignedMTL.Scale.MEDIAN)
                        .weights(new double[][] {{1, 0}, {0, 16}}, new double[2]),
                1e-12);
        double rms = Math.sqrt(14.0 / 3);
        assertArrayEquals(
                new double[] {rms, rms, rms},
                Matrices.combine(g, new AlignedMTL(AlignedMTL.Scale.RMSE).weights(a, three)),
                1e-12);
    }

    @Test
    void mgdaNormalizations() {
        double[][] a = {{4, 0}, {0, 1}};
        double[] losses = {2, 0.5};
        // Shortest vector: weights inverse to the squared lengths of the normalized gradients.
        double[][] lengths = {{2, 1}, {1, 1}, {1, 2}, {0.5, 2}};
        double[][] divisors = {{1, 1}, {2, 1}, {2, 0.5}, {4, 0.5}};
        for (MGDA.Normalization n : MGDA.Normalization.values()) {
            double[] l = lengths[n.ordinal()];
            double p = 1 / (l[0] * l[0]);
            double q = 1 / (l[1] * l[1]);
            double[] d = divisors[n.ordinal()];
            double[] expected = {p / (p + q) / d[0], q / (p + q) / d[1]};
            assertArrayEquals(expected, new MGDA(n).weights(a, losses), 1e-12, n.toString());
        }
    }

    /** The weights are the derivatives of the total loss that the papers give. */
    @Test
    void lossWeightsAreDerivativesOfTheTotal() {
        double[] losses = {0.3, 2, 1.1};
        differentiates(new ScaleInvariant(), losses, HandWorkedTest::logSum);
        differentiates(new GLS(), losses, l -> Math.cbrt(l[0] * l[1] * l[2]));
        STCH stch = new STCH(0.3, 0);
        double[] nadir = {1, 1.5, 0.8};
        stch.weights(nadir);
        stch.epochEnded();
        differentiates(
                stch,
                losses,
                l -> {
                    double sum = 0;
                    for (int t = 0; t < 3; t++) {
                        sum += Math.exp(Math.log(l[t] / nadir[t]) / 0.3);
                    }
                    return 3 * 0.3 * Math.log(sum);
                });
    }

    private static double logSum(double[] losses) {
        double sum = 0;
        for (double loss : losses) {
            sum += Math.log(loss);
        }
        return sum;
    }

    private static void differentiates(
            LossWeighting method, double[] losses, ToDoubleFunction<double[]> total) {
        double[] weights = method.weights(losses);
        for (int t = 0; t < losses.length; t++) {
            double[] up = losses.clone();
            double[] down = losses.clone();
            up[t] += 1e-6;
            down[t] -= 1e-6;
            double slope = (total.applyAsDouble(up) - total.applyAsDouble(down)) / 2e-6;
            assertEquals(slope, weights[t], 1e-7, method + " " + t);
        }
    }

    @Test
    void constantAndEqual() {
        assertArrayEquals(
                new double[] {1, 1, 1}, new EqualWeights().weights(new double[] {4, 5, 6}));
        assertArrayEquals(
                new double[] {0, 3}, new ConstantWeights(0, 3).weights(new double[] {4, 5}));
    }

    /** First call: softmax(0) / loss, normalized. Then one SGD step on the logits. */
    @Test
    void famoByHand() {
        FAMO method = new FAMO(new Sgd(2), 0.1, 0, 0.5);
        double[] first = method.weights(new double[] {1, 2.5});
        assertArrayEquals(new double[] {2.0 / 3, 1.0 / 3}, first, 1e-7);
        // Log decreases ln 2 and 0; z = (1/2, 1/2); slope z (d - z'd) = +-ln 2 / 4.
        double logit = 2 * Math.log(2) / 4;
        double z0 = 1 / (1 + Math.exp(2 * logit));
        double[] second = method.weights(new double[] {0.5, 2.5});
        double a = z0 / 0.5;
        double b = (1 - z0) / 2;
        assertArrayEquals(new double[] {a / (a + b), b / (a + b)}, second, 1e-6);
        // No loss falls any more: only the decay is left, and pulls the logits to 0.
        z0 = 1 / (1 + Math.exp(2 * logit * (1 - 2 * 0.1)));
        a = z0 / 0.5;
        b = (1 - z0) / 2;
        double[] third = method.weights(new double[] {0.5, 2.5});
        assertArrayEquals(new double[] {a / (a + b), b / (a + b)}, third, 1e-6);
        // The task that fell fast has lost weight relative to its loss.
        assertTrue(second[0] / second[1] < 0.5 / 0.5 * 4);
    }

    /** The step on the logits follows the numerical slope of GradNorm's loss. */
    @Test
    void gradNormByNumericalDerivative() {
        double alpha = 1.5;
        GradNorm method = new GradNorm(alpha, new Sgd(0.01));
        double[][] a = {{9, 1, 0}, {1, 4, 0}, {0, 0, 0.25}};
        double[] start = {1, 2, 3};
        assertArrayEquals(new double[] {1, 1, 1}, method.weights(a, start), 1e-15);
        double[] norms = {3, 2, 0.5};
        double[] slope = gradNormSlope(new double[3], norms, new double[] {1, 1, 1}, alpha);
        double[] logits = Small.scaled(slope, -0.01);
        double[] losses = {0.5, 1.9, 1};
        assertClose(
                Small.scaled(Small.softmax(logits), 3), method.weights(a, losses), 1e-6, "second");
        double[] speeds = {0.5, 0.95, 1.0 / 3};
        slope = gradNormSlope(logits, norms, speeds, alpha);
        for (int t = 0; t < 3; t++) {
            logits[t] -= 0.01 * slope[t];
        }
        assertClose(
                Small.scaled(Small.softmax(logits), 3), method.weights(a, losses), 1e-6, "third");
    }

    /** Equal norms; the task whose loss has fallen less since the FIRST call gains weight. */
    @Test
    void gradNormComparesWithTheFirstLosses() {
        GradNorm method = new GradNorm(1, new Sgd(0.01));
        double[][] a = {{1, 0}, {0, 1}};
        method.weights(a, new double[] {10, 1});
        method.weights(a, new double[] {2, 0.9});
        double[] weights = method.weights(a, new double[] {2, 0.9});
        assertTrue(weights[1] > 1 && weights[0] < 1);
    }

    private static double[] gradNormSlope(
            double[] logits, double[] norms, double[] speeds, double alpha) {
        double[] now = Small.softmax(logits);
        double mean = Small.dot(now, norms);
        double meanSpeed = Small.sum(speeds) / 3;
        ToDoubleFunction<double[]> loss =
                s -> {
                    double[] w = Small.scaled(Small.softmax(s), 3);
                    double sum = 0;
                    for (int t = 0; t < 3; t++) {
                        double target = mean * Math.pow(speeds[t] / meanSpeed, alpha);
                        sum += Math.abs(w[t] * norms[t] - target);
                    }
                    return sum;
                };
        double[] slope = new double[3];
        for (int t = 0; t < 3; t++) {
            double[] up = logits.clone();
            double[] down = logits.clone();
            up[t] += 1e-6;
            down[t] -= 1e-6;
            slope[t] = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / 2e-6;
        }
        return slope;
    }

    @Test
    void nashKeepsItsWeightsBetweenUpdates() {
        NashMTL method = new NashMTL(2, 0);
        double[][] first = {{4, 0}, {0, 1}};
        double[][] second = {{1, 0}, {0, 16}};
        assertArrayEquals(new double[] {0.5, 1}, method.weights(first, new double[2]), 1e-9);
        assertArrayEquals(new double[] {0.5, 1}, method.weights(second, new double[2]), 1e-9);
        assertArrayEquals(new double[] {1, 0.25}, method.weights(second, new double[2]), 1e-9);
    }

    @Test
    void uncertaintyOfABigLossGrows() {
        UW method = new UW(new Sgd(0.1));
        double[] losses = {10, 0.01};
        double[] weights = null;
        for (int step = 0; step < 500; step++) {
            weights = method.weights(losses);
        }
        // At the optimum exp(s) = loss, so weight = 1 / (2 loss).
        assertEquals(0.05, weights[0], 1e-3);
        assertTrue(weights[1] > 10);
    }

    /** s = -0.5: weight e^0.5 / 2; then s moves by the slope of loss e^-s / 2 + s / 2. */
    @Test
    void uncertaintyByHand() {
        UW method = new UW(new Sgd(1));
        double first = Math.exp(0.5) / 2;
        assertArrayEquals(new double[] {first}, method.weights(new double[] {2}), 1e-15);
        double s = -0.5 - (0.5 - first * 2);
        assertArrayEquals(new double[] {Math.exp(-s) / 2}, method.weights(new double[] {2}), 1e-15);
    }

    /** IMTL-L brings the scaled losses exp(s) L to 1. */
    @Test
    void imtlLScalesLossesToOne() {
        IMTLL method = new IMTLL(new Sgd(0.2));
        double[] losses = {0.25, 4};
        assertArrayEquals(new double[] {1, 1}, method.weights(losses), 1e-15);
        double[] weights = null;
        for (int step = 0; step < 300; step++) {
            weights = method.weights(losses);
        }
        assertArrayEquals(new double[] {4, 0.25}, weights, 1e-6);
    }

    /** Epoch means 4, then 2 and 3: speeds 1/2 and 3/4 over the temperature, in the third epoch. */
    @Test
    void dwaByHand() {
        DWA method = new DWA(0.5);
        double[][] epochs = {{4, 4}, {2, 3}};
        for (double[] epoch : epochs) {
            assertArrayEquals(
                    new double[] {1, 1}, method.weights(new double[] {epoch[0] + 1, epoch[1]}));
            method.weights(new double[] {epoch[0] - 1, epoch[1]});
            method.epochEnded();
        }
        double a = Math.exp(1);
        double b = Math.exp(1.5);
        double[] expected = {2 * a / (a + b), 2 * b / (a + b)};
        assertArrayEquals(expected, method.weights(new double[] {1, 1}), 1e-12);
    }

    /** The nadir is the mean of the epoch after the warm-up. */
    @Test
    void stchTakesTheMeanAsNadir() {
        STCH method = new STCH(1, 1);
        assertArrayEquals(new double[] {0.1, 1}, method.weights(new double[] {10, 1}), 1e-12);
        method.epochEnded();
        method.weights(new double[] {1, 4});
        method.weights(new double[] {3, 4});
        method.epochEnded();
        // Relative losses 2 / 2 and 2 / 4: shares 2/3 and 1/3, times T / loss.
        double[] weights = method.weights(new double[] {2, 2});
        assertArrayEquals(new double[] {2.0 / 3, 1.0 / 3}, weights, 1e-12);
    }

    @Test
    void randomWeightsSumToOneAndVary() {
        RLW method = new RLW(4);
        double[] first = method.weights(new double[] {1, 1, 1});
        double[] second = method.weights(new double[] {1, 1, 1});
        assertEquals(1, Small.sum(first), 1e-12);
        assertTrue(first[0] != second[0]);
        double mean = 0;
        for (int step = 0; step < 2000; step++) {
            mean += method.weights(new double[] {1, 1, 1})[0] / 2000;
        }
        assertEquals(1.0 / 3, mean, 0.02);
    }

    @Test
    void chainedIsTheMethodOnWeightedLosses() {
        double[][] g = Matrices.random(3, 5, 3, 8);
        double[] losses = {0.5, 2, 4};
        double[][] divided = new double[3][];
        for (int t = 0; t < 3; t++) {
            divided[t] = Small.scaled(g[t], 1 / losses[t]);
        }
        double[] inner = new CAGrad(0.4).weights(Matrices.gramian(divided), new double[] {1, 1, 1});
        double[] chained =
                new Chained(new ScaleInvariant(), new CAGrad(0.4))
                        .weights(Matrices.gramian(g), losses);
        assertClose(
                Matrices.combine(divided, inner),
                Matrices.combine(g, chained),
                1e-12,
                "log-CAGrad");
    }
}
