package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;

class GemTest {

    private static final double RATE = 0.2;

    /** Against all active sets, and the conditions of Karush, Kuhn and Tucker. */
    @Test
    void quadraticProgramsAreSolvedExactly() {
        Random random = new Random(1);
        for (int trial = 0; trial < 300; trial++) {
            int n = 1 + trial % 6;
            RealMatrix g = matrix(random, n, n + 1);
            RealMatrix p =
                    g.multiply(g.transpose())
                            .add(MatrixUtils.createRealIdentityMatrix(n).scalarMultiply(1e-3));
            double[] c = random.doubles(n, -1, 1).toArray();
            double[] u = NonNegativeQp.solve(p.getData(), c);
            double[] slope = p.operate(u);
            for (int i = 0; i < n; i++) {
                slope[i] += c[i];
                assertTrue(u[i] >= 0 && slope[i] > -1e-9, trial + ": " + u[i] + " " + slope[i]);
                assertEquals(0, u[i] * slope[i], 1e-9);
            }
            assertEquals(exhaustive(p, c), value(p, c, u), 1e-9);
        }
    }

    @Test
    void manyEqualGradientsAreNoTrouble() {
        double[][] gram = new double[14][14];
        double[] products = new double[14];
        for (int i = 0; i < 14; i++) {
            java.util.Arrays.fill(gram[i], 4);
            products[i] = -2;
        }
        double sum =
                IntStream.range(0, 14).mapToDouble(i -> Gem.weights(gram, products, 0)[i]).sum();
        assertEquals(0.5, sum, 1e-5);
        assertArrayEquals(new double[14], NonNegativeQp.solve(gram(14), new double[14]), 0);
        assertThrows(
                IllegalArgumentException.class,
                () -> NonNegativeQp.solve(new double[][] {{-1}}, new double[] {-1}));
    }

    /** Without a margin: among all orthogonal projections that hurt no old task, the nearest. */
    @Test
    void theNearestHarmlessGradientIsFound() {
        Random random = new Random(2);
        for (int trial = 0; trial < 100; trial++) {
            int n = 1 + trial % 4;
            RealMatrix rows = matrix(random, n, 6);
            RealVector g = matrix(random, 1, 6).getRowVector(0);
            double[] products = rows.operate(g).toArray();
            double[] v = Gem.weights(rows.multiply(rows.transpose()).getData(), products, 0);
            RealVector found = g.add(rows.preMultiply(new ArrayRealVector(v)));
            assertTrue(rows.operate(found).getMinValue() > -1e-4);
            double nearest = Double.POSITIVE_INFINITY;
            for (int set = 0; set < 1 << n; set++) {
                RealVector projected = projected(g, rows, set);
                if (rows.operate(projected).getMinValue() > -1e-9) {
                    nearest = Math.min(nearest, projected.getDistance(g));
                }
            }
            assertEquals(nearest, found.getDistance(g), 1e-4);
        }
    }

    /** One old task: the solution is a formula. */
    @Test
    void stepsAreThoseOfTheFormula() {
        double margin = 0.3;
        ComputationGraph graph = Toy.mlp(new Sgd(RATE), DataType.DOUBLE, 0, false);
        ComputationGraph twin = graph.clone();
        TaskStream stream = Toy.permuted(2, 20, 10);
        new ContinualTrainer.Builder(graph, stream, new Gem(margin, 0))
                .memory(new FractionMemory(1, true))
                .budget(Budget.steps(12))
                .scoreBefore(false)
                .build()
                .run();
        for (int epoch = 0; epoch < 6; epoch++) {
            stream.task(0).train().open(epoch).forEachRemaining(twin::fit);
        }
        int corrected = 0;
        for (int epoch = 0; epoch < 3; epoch++) {
            var data = stream.task(1).train().open(epoch);
            while (data.hasNext()) {
                RealVector r = gradient(twin, Toy.data(0, 20, 1));
                RealVector g = gradient(twin, data.next());
                if (g.dotProduct(r) < 0) {
                    double v = Math.max(margin, -g.dotProduct(r) / r.dotProduct(r));
                    g = g.add(r.mapMultiply(v));
                    corrected++;
                }
                for (int i = 0; i < g.getDimension(); i++) {
                    twin.params().putScalar(i, twin.params().getDouble(i) - RATE * g.getEntry(i));
                }
            }
        }
        assertTrue(corrected > 0 && corrected <= 6, "corrected " + corrected);
        assertArrayEquals(twin.params().toDoubleVector(), graph.params().toDoubleVector(), 1e-5);
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Gem(-0.1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Gem(0, -1));
        var builder = new ContinualTrainer.Builder(Toy.mlp(), Toy.permuted(2, 20, 10), new Gem());
        String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains("GEM needs a memory"), message);
    }

    private static RealVector gradient(ComputationGraph graph, MultiDataSet batch) {
        ComputationGraph copy = graph.clone();
        copy.fit(batch);
        double[] g = new double[(int) graph.numParams()];
        for (int i = 0; i < g.length; i++) {
            g[i] = (graph.params().getDouble(i) - copy.params().getDouble(i)) / RATE;
        }
        return new ArrayRealVector(g);
    }

    /** What is left of g without what lies along the rows of a set. */
    private static RealVector projected(RealVector g, RealMatrix rows, int set) {
        int[] chosen =
                IntStream.range(0, rows.getRowDimension())
                        .filter(i -> (set >> i & 1) == 1)
                        .toArray();
        if (chosen.length == 0) {
            return g;
        }
        int[] all = IntStream.range(0, rows.getColumnDimension()).toArray();
        RealMatrix a = rows.getSubMatrix(chosen, all);
        RealMatrix gram = a.multiply(a.transpose());
        return g.subtract(a.preMultiply(new LUDecomposition(gram).getSolver().solve(a.operate(g))));
    }

    private static double exhaustive(RealMatrix p, double[] c) {
        double best = 0;
        for (int set = 1; set < 1 << c.length; set++) {
            int chosenBits = set;
            int[] chosen =
                    IntStream.range(0, c.length).filter(i -> (chosenBits >> i & 1) == 1).toArray();
            double[] right = IntStream.of(chosen).mapToDouble(i -> -c[i]).toArray();
            RealVector part =
                    new LUDecomposition(p.getSubMatrix(chosen, chosen))
                            .getSolver()
                            .solve(new ArrayRealVector(right));
            if (part.getMinValue() >= 0) {
                double[] u = new double[c.length];
                for (int k = 0; k < chosen.length; k++) {
                    u[chosen[k]] = part.getEntry(k);
                }
                best = Math.min(best, value(p, c, u));
            }
        }
        return best;
    }

    private static double value(RealMatrix p, double[] c, double[] u) {
        RealVector at = new ArrayRealVector(u);
        return p.operate(at).dotProduct(at) / 2 + new ArrayRealVector(c).dotProduct(at);
    }

    private static double[][] gram(int n) {
        return MatrixUtils.createRealIdentityMatrix(n).getData();
    }

    private static RealMatrix matrix(Random random, int rows, int columns) {
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextGaussian();
            }
        }
        return MatrixUtils.createRealMatrix(values);
    }
}
