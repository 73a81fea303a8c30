package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Wrong arguments are named, with the value given and what would be right. */
class BadInputTest {

    private static final double[][] GOOD = {{1, 0.5}, {0.5, 1}};

    private static void refuses(String part, Runnable action) {
        Exception e = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static List<Weighting> gramianMethods() {
        return List.of(
                new MGDA(),
                new PCGrad(0),
                new GradVac(0),
                new CAGrad(0.4),
                new IMTLG(),
                new NashMTL(),
                new FairGrad(),
                new AlignedMTL(),
                new UPGrad(),
                new DualProj(),
                new GradNorm(),
                new Chained(new EqualWeights(), new MGDA()));
    }

    @Test
    void gramians() {
        double[] two = {1, 1};
        for (Weighting m : gramianMethods()) {
            refuses("3 rows", () -> m.weights(new double[3][3], two));
            refuses("square: row 1", () -> m.weights(new double[][] {{1, 0}, {0}}, two));
            refuses("[0][1] = NaN", () -> m.weights(new double[][] {{1, Double.NaN}, {0, 1}}, two));
            refuses("not symmetric", () -> m.weights(new double[][] {{1, 0.5}, {0.4, 1}}, two));
            refuses("cannot be negative", () -> m.weights(new double[][] {{-1, 0}, {0, 1}}, two));
            refuses("losses[1] = NaN", () -> m.weights(GOOD, new double[] {1, Double.NaN}));
            refuses("empty", () -> m.weights(new double[0][0], new double[0]));
        }
    }

    @Test
    void losses() {
        List<LossWeighting> methods =
                List.of(
                        new EqualWeights(),
                        new ConstantWeights(1, 1),
                        new ScaleInvariant(),
                        new RLW(0),
                        new UW(),
                        new DWA(),
                        new GLS(),
                        new STCH(),
                        new FAMO(),
                        new IMTLL());
        for (LossWeighting m : methods) {
            double infinite = Double.POSITIVE_INFINITY;
            refuses("losses[0] = Infinity", () -> m.weights(new double[] {infinite, 1}));
        }
        for (LossWeighting m : List.of(new ScaleInvariant(), new GLS(), new DWA(), new STCH())) {
            refuses("losses[1] = 0.0", () -> m.weights(new double[] {1, 0}));
        }
        refuses(
                "losses[1] = -1.0",
                () -> new MGDA(MGDA.Normalization.LOSS).weights(GOOD, new double[] {1, -1}));
        refuses("losses[0] = 0.0", () -> new GradNorm().weights(GOOD, new double[] {0, 1}));
        refuses(
                "below the smallest possible loss 1.0",
                () -> new FAMO(new Sgd(1), 0, 1, 1).weights(new double[] {0.5, 2}));
    }

    @Test
    void numberOfTasksMustStayTheSame() {
        for (LossWeighting m : List.of(new UW(), new DWA(), new STCH(), new FAMO(), new IMTLL())) {
            m.weights(new double[] {1, 1});
            refuses("2 values, but there are 3 tasks", () -> m.weights(new double[] {1, 1, 1}));
        }
        double[][] three = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        for (Weighting m :
                List.of(
                        new UPGrad(0, 1, 2),
                        new DualProj(0, 1, 2),
                        new AlignedMTL(AlignedMTL.Scale.MIN, 1, 2))) {
            refuses(
                    "preference has 2 values, but there are 3",
                    () -> m.weights(three, new double[] {1, 1, 1}));
        }
        refuses("weights has 2", () -> new ConstantWeights(1, 2).weights(new double[] {1, 1, 1}));
        refuses(
                "minimum has 2",
                () -> new FAMO(new Sgd(1), 0, 1, 1).weights(new double[] {2, 2, 2}));
    }

    @Test
    void settings() {
        refuses("c = -0.1", () -> new CAGrad(-0.1));
        refuses("c = NaN", () -> new CAGrad(Double.NaN));
        refuses("rescale = 3: expected 0, 1 or 2", () -> new CAGrad(0.4, 3));
        refuses("alpha = 0", () -> new FairGrad(0));
        refuses("temperature = 0", () -> new DWA(0));
        refuses("mu = -1", () -> new STCH(-1, 2));
        refuses("warmupEpochs = -2", () -> new STCH(1, -2));
        refuses("beta = 1.5", () -> new GradVac(1.5, 0));
        refuses("updateEvery = 0", () -> new NashMTL(0, 1));
        refuses("maxNorm = -1", () -> new NashMTL(1, -1));
        refuses("regularization = -1", () -> new UPGrad(-1));
        refuses("preference[1] = -1", () -> new DualProj(0, 1, -1));
        refuses("all 0", () -> new ConstantWeights(0, 0));
        refuses("weightDecay", () -> new FAMO(new Sgd(1), -1));
        refuses("updater = null", () -> new UW(null));
        refuses("alpha = -1", () -> new GradNorm(-1, new Sgd(1)));
        refuses("leak[1] = 2", () -> new GradDrop.Builder().leak(0, 2).build());
        refuses("purity = null", () -> new GradDrop.Builder().purity(null).build());
    }

    @Test
    void gradientMatrices() {
        Aggregator drop = new GradDrop.Builder().leak(1, 1).build();
        refuses("rank 1", () -> drop.aggregate(Nd4j.ones(4), new double[2]));
        refuses("leak has 2", () -> drop.aggregate(Nd4j.ones(3, 4), new double[3]));
        refuses(
                "not finite",
                () -> drop.aggregate(Nd4j.ones(2, 4).putScalar(1, 1, Double.NaN), new double[2]));
        refuses(
                "rank 1",
                () -> new GramianAggregator(new MGDA()).aggregate(Nd4j.ones(4), new double[2]));
    }

    @Test
    void states() {
        for (Balancing m :
                List.of(
                        new UW(),
                        new FAMO(),
                        new GradNorm(),
                        new DWA(),
                        new STCH(),
                        new RLW(0),
                        new PCGrad(0),
                        new GradVac(0),
                        new Chained(new UW(), new MGDA()))) {
            refuses("state has 3 numbers", () -> m.restore(new double[] {-1, 7, 7}));
        }
        refuses("has no memory", () -> new MGDA().restore(new double[] {1}));
    }
}
