package org.dl4jplugins.mtl.balance;

import static org.dl4jplugins.core.testing.Golden.assertClose;

import java.util.stream.IntStream;
import org.dl4jplugins.core.testing.Golden;
import org.dl4jplugins.mtl.balance.AlignedMTL.Scale;
import org.dl4jplugins.mtl.balance.MGDA.Normalization;
import org.dl4jplugins.mtl.balance.PCGrad.Variant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Directions and weights of the published codes, or the exact optima where those stop early. */
class GoldenCombineTest {

    private static final double CLOSED = 1e-9;
    private static final double OPTIMUM = 1e-6;

    private static Golden golden;

    @BeforeAll
    static void load() {
        golden = Golden.load("mtl_combine");
    }

    private static double[] direction(String name, Weighting weighting) {
        return new GramianAggregator(weighting)
                .aggregate(golden.array(name + ".G"), golden.vector(name + ".L"))
                .toDoubleVector();
    }

    private static double[] weights(String name, Weighting weighting) {
        INDArray g = golden.array(name + ".G");
        return weighting.weights(
                g.mmul(g.transpose()).toDoubleMatrix(), golden.vector(name + ".L"));
    }

    private static void check(String key, double tolerance, double[] actual) {
        assertClose(golden.vector(key), actual, tolerance, key);
    }

    @Test
    void equalWeights() {
        for (String name : golden.cases()) {
            check(name + ".ew.dir", CLOSED, direction(name, new EqualWeights()));
        }
    }

    @Test
    void pcGradOfLibMtl() {
        for (String name : golden.cases()) {
            double[][] order = golden.matrix(name + ".pcgrad.perm");
            PCGrad method = new PCGrad(Variant.LIBMTL, task -> integers(order[task]));
            check(name + ".pcgrad.dir", CLOSED, direction(name, method));
            check(name + ".pcgrad.weight", CLOSED, weights(name, method));
        }
    }

    @Test
    void pcGradOfTheCaGradAuthors() {
        for (String name : golden.cases()) {
            double[][] rounds = golden.matrix(name + ".rpcgrad.order");
            PCGrad method =
                    new PCGrad(
                            Variant.CAGRAD_AUTHORS,
                            task ->
                                    IntStream.range(0, rounds.length)
                                            .map(k -> (int) rounds[k][task])
                                            .toArray());
            check(name + ".rpcgrad.dir", CLOSED, direction(name, method));
        }
    }

    private static int[] integers(double[] values) {
        return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    }

    @Test
    void caGrad() {
        for (String name : golden.cases()) {
            for (double c : new double[] {0.2, 0.4, 0.5}) {
                double[][] expected = golden.matrix(name + ".cagrad" + c + ".dir");
                for (int rescale = 0; rescale < 3; rescale++) {
                    assertClose(
                            expected[rescale],
                            direction(name, new CAGrad(c, rescale)),
                            OPTIMUM,
                            name + ".cagrad" + c + " rescale " + rescale);
                }
            }
        }
    }

    @Test
    void mgda() {
        String[] names = {"none", "l2", "loss", "lossplus"};
        for (String name : golden.cases()) {
            for (Normalization n : Normalization.values()) {
                String key = name + ".mgda_" + names[n.ordinal()] + ".dir";
                check(key, OPTIMUM, direction(name, new MGDA(n)));
            }
            check(name + ".mgda_none.w", OPTIMUM, weights(name, new MGDA()));
        }
    }

    @Test
    void gradDrop() {
        for (String name : golden.cases()) {
            GradDrop method =
                    new GradDrop.Builder().mean(true).build(golden.array(name + ".rgraddrop.U"));
            check(
                    name + ".rgraddrop.dir",
                    CLOSED,
                    method.aggregate(golden.array(name + ".G"), golden.vector(name + ".L"))
                            .toDoubleVector());
        }
    }

    @Test
    void imtlG() {
        for (String name : golden.cases()) {
            check(name + ".imtl.alpha", CLOSED, weights(name, new IMTLG()));
            check(name + ".imtl.dir", CLOSED, direction(name, new IMTLG()));
        }
    }

    @Test
    void nash() {
        for (String name : golden.cases()) {
            check(name + ".nash.alpha", OPTIMUM, weights(name, new NashMTL(1, 0)));
            check(name + ".nash.dir", OPTIMUM, direction(name, new NashMTL(1, 0)));
            check(name + ".nash.dirclip", OPTIMUM, direction(name, new NashMTL()));
        }
    }

    @Test
    void aligned() {
        for (String name : golden.cases()) {
            for (Scale scale : Scale.values()) {
                String key = name + ".aligned_" + scale.name().toLowerCase();
                check(key + ".alpha", CLOSED, weights(name, new AlignedMTL(scale)));
                check(key + ".dir", CLOSED, direction(name, new AlignedMTL(scale)));
            }
        }
    }

    @Test
    void fairGrad() {
        for (String name : golden.cases()) {
            for (int alpha = 1; alpha <= 2; alpha++) {
                String key = name + ".fairgrad" + alpha;
                check(key + ".x", OPTIMUM, weights(name, new FairGrad(alpha)));
                check(key + ".dir", OPTIMUM, direction(name, new FairGrad(alpha)));
            }
        }
    }

    @Test
    void upGrad() {
        for (String name : golden.cases()) {
            check(name + ".upgrad.w", OPTIMUM, weights(name, new UPGrad()));
            check(name + ".upgrad.dir", OPTIMUM, direction(name, new UPGrad()));
        }
    }
}
