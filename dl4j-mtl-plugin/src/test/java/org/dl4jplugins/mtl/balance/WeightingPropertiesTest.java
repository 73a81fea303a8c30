package org.dl4jplugins.mtl.balance;

import static org.dl4jplugins.core.testing.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties that the papers promise, on every kind of gradient matrix. */
class WeightingPropertiesTest {

    /** How the direction answers to a common factor on all gradients. */
    private static final double SAME = 0;

    private static final double LINEAR = 1;

    private static Map<String, Supplier<Weighting>> methods() {
        Map<String, Supplier<Weighting>> all = new LinkedHashMap<>();
        all.put("equal", EqualWeights::new);
        all.put("scale invariant", ScaleInvariant::new);
        all.put("rlw", () -> new RLW(1));
        all.put("uw", UW::new);
        all.put("dwa", DWA::new);
        all.put("gls", GLS::new);
        all.put("stch", STCH::new);
        all.put("famo", FAMO::new);
        all.put("imtl-l", IMTLL::new);
        all.put("gradnorm", GradNorm::new);
        all.put("gradvac", () -> new GradVac(1));
        for (MGDA.Normalization n : MGDA.Normalization.values()) {
            all.put("mgda " + n, () -> new MGDA(n));
        }
        for (PCGrad.Variant v : PCGrad.Variant.values()) {
            all.put("pcgrad " + v, () -> new PCGrad(v, 1));
        }
        for (AlignedMTL.Scale s : AlignedMTL.Scale.values()) {
            all.put("aligned " + s, () -> new AlignedMTL(s));
        }
        all.put("imtl-g", IMTLG::new);
        all.put("imtl", () -> new Chained(new IMTLL(), new IMTLG()));
        all.put("cagrad 0", () -> new CAGrad(0, 0));
        all.put("cagrad 0.4", () -> new CAGrad(0.4));
        all.put("cagrad 2", () -> new CAGrad(2, 2));
        all.put("nash", NashMTL::new);
        all.put("nash unlimited", () -> new NashMTL(1, 0));
        all.put("fairgrad 0.5", () -> new FairGrad(0.5));
        all.put("fairgrad 1", FairGrad::new);
        all.put("fairgrad 5", () -> new FairGrad(5));
        all.put("upgrad", UPGrad::new);
        all.put("upgrad exact", () -> new UPGrad(0));
        all.put("dualproj", DualProj::new);
        return all;
    }

    static Stream<String> names() {
        return methods().keySet().stream();
    }

    private static double[] losses(int tasks) {
        double[] losses = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            losses[t] = 0.5 + 0.25 * t;
        }
        return losses;
    }

    private static double[] weights(Weighting method, double[][] g) {
        return method.weights(Matrices.gramian(g), losses(g.length));
    }

    private static double[] direction(Weighting method, double[][] g) {
        return Matrices.combine(g, weights(method, g));
    }

    @ParameterizedTest
    @MethodSource("names")
    void finiteAndRepeatableOnEveryMatrixAndScale(String name) {
        Supplier<Weighting> method = methods().get(name);
        Matrices.typical()
                .forEach(
                        (kind, g) -> {
                            for (double scale : Matrices.SCALES) {
                                if (kind.equals("very unequal") && scale != 1) {
                                    continue;
                                }
                                double[][] scaled = Matrices.scaled(g, scale);
                                double[][] before = Matrices.gramian(scaled);
                                double[] weights = method.get().weights(before, losses(g.length));
                                String what = name + ", " + kind + ", scale " + scale;
                                assertEquals(g.length, weights.length, what);
                                for (double v : Matrices.combine(scaled, weights)) {
                                    assertTrue(Double.isFinite(v), what);
                                }
                                assertArrayEquals(Matrices.gramian(scaled), before, what);
                                assertArrayEquals(weights, weights(method.get(), scaled), what);
                            }
                        });
    }

    private static Stream<String> except(String... left) {
        return names().filter(name -> Arrays.stream(left).noneMatch(name::startsWith));
    }

    static Stream<String> permutationInvariant() {
        return except("rlw", "pcgrad", "gradvac", "cagrad 2");
    }

    /** Random orders aside, and c above 1, which has many solutions at stationary points. */
    @ParameterizedTest
    @MethodSource("permutationInvariant")
    void orderOfTasksDoesNotMatter(String name) {
        Supplier<Weighting> method = methods().get(name);
        Random random = new Random(5);
        Matrices.typical()
                .forEach(
                        (kind, g) -> {
                            if (kind.equals("very unequal")) {
                                return;
                            }
                            double[] straight = direction(method.get(), g);
                            int[] order = Draws.permutation(random, g.length);
                            double[][] shuffled = new double[g.length][];
                            double[] losses = new double[g.length];
                            for (int t = 0; t < g.length; t++) {
                                shuffled[t] = g[order[t]];
                                losses[t] = losses(g.length)[order[t]];
                            }
                            double[] weights =
                                    method.get().weights(Matrices.gramian(shuffled), losses);
                            double[] turned = Matrices.combine(shuffled, weights);
                            double size = Math.max(norm(straight), largest(g));
                            for (int p = 0; p < turned.length; p++) {
                                assertEquals(
                                        straight[p], turned[p], 1e-5 * size, name + ", " + kind);
                            }
                        });
    }

    private static double norm(double[] v) {
        return Matrices.norm(v);
    }

    private static double largest(double[][] g) {
        return Arrays.stream(g).mapToDouble(Matrices::norm).max().orElseThrow();
    }

    static Stream<String> scaleCovariant() {
        return except("pcgrad LIBMTL", "pcgrad CAGRAD", "nash", "fairgrad", "gradnorm");
    }

    @ParameterizedTest
    @MethodSource("scaleCovariant")
    void commonFactorScalesTheDirection(String name) {
        Supplier<Weighting> method = methods().get(name);
        boolean normalized = name.equals("mgda L2") || name.equals("mgda LOSS_PLUS");
        double exponent = normalized ? SAME : LINEAR;
        Matrices.notStationary()
                .forEach(
                        (kind, g) -> {
                            double[] one = direction(method.get(), g);
                            for (double scale : Matrices.SCALES) {
                                double[] many = direction(method.get(), Matrices.scaled(g, scale));
                                assertClose(
                                        Small.scaled(one, Math.pow(scale, exponent)),
                                        many,
                                        1e-7,
                                        name + ", " + kind + ", scale " + scale);
                            }
                        });
    }

    @Test
    void fairWeightsFollowTheirPowerLaw() {
        double[][] g = Matrices.notStationary().values().iterator().next();
        for (double alpha : new double[] {0.5, 1, 2, 5}) {
            double[] one = weights(new FairGrad(alpha), g);
            for (double scale : Matrices.SCALES) {
                double factor = Math.pow(scale, -2 / (1 + 1 / alpha));
                assertClose(
                        Small.scaled(one, factor),
                        weights(new FairGrad(alpha), Matrices.scaled(g, scale)),
                        1e-9,
                        "alpha " + alpha + ", scale " + scale);
            }
        }
    }

    static Stream<String> nonConflicting() {
        return Stream.of(
                "mgda NONE",
                "mgda L2",
                "mgda LOSS",
                "mgda LOSS_PLUS",
                "upgrad",
                "upgrad exact",
                "dualproj",
                "nash",
                "nash unlimited",
                "fairgrad 0.5",
                "fairgrad 1",
                "fairgrad 5",
                "cagrad 2");
    }

    /** Every task's loss falls, or at least rises no more than the regularization allows. */
    @ParameterizedTest
    @MethodSource("nonConflicting")
    void harmsNoTask(String name) {
        Map<String, double[][]> matrices = Matrices.notStationary();
        if (!name.equals("cagrad 2")) {
            matrices.putAll(Matrices.typical());
        }
        matrices.forEach(
                (kind, g) -> {
                    if (kind.equals("very unequal")) {
                        return;
                    }
                    double[] weights = weights(methods().get(name).get(), g);
                    double[] direction = Matrices.combine(g, weights);
                    double trace = Small.trace(Matrices.gramian(g));
                    boolean regularized = name.equals("upgrad") || name.equals("dualproj");
                    for (int t = 0; t < g.length; t++) {
                        double gain = Small.dot(g[t], direction);
                        double size = Math.max(norm(direction), largest(g)) * largest(g);
                        boolean ridged = name.startsWith("nash") || name.startsWith("fairgrad");
                        double ridge = ridged ? 1e-10 * Small.dot(g[t], g[t]) : 0;
                        double allowed = (regularized ? 1e-4 * trace : ridge) * weights[t];
                        assertTrue(
                                gain >= -allowed - 1e-6 * size, name + ", " + kind + ": " + gain);
                    }
                });
    }

    static Stream<String> vanishOnlyWhereStationary() {
        return nonConflicting();
    }

    @ParameterizedTest
    @MethodSource("vanishOnlyWhereStationary")
    void doesNotVanishWhileACommonDescentExists(String name) {
        Matrices.notStationary()
                .forEach(
                        (kind, g) ->
                                assertTrue(
                                        norm(direction(methods().get(name).get(), g)) > 5e-3,
                                        name + ", " + kind));
    }

    static Stream<String> vanishAtStationaryPoints() {
        return Stream.of("mgda NONE", "mgda L2", "mgda LOSS", "mgda LOSS_PLUS", "upgrad exact");
    }

    @ParameterizedTest
    @MethodSource("vanishAtStationaryPoints")
    void vanishesAtStronglyStationaryPoints(String name) {
        Matrices.typical()
                .forEach(
                        (kind, g) -> {
                            if (kind.startsWith("strongly") || kind.equals("opposite")) {
                                double[] direction = direction(methods().get(name).get(), g);
                                assertEquals(0, norm(direction) / largest(g), 1e-6, kind);
                            }
                        });
    }

    /** Scaling single gradients acts linearly: TorchJD's third property, which UPGrad has. */
    @Test
    void linearUnderScalingOfSingleGradients() {
        Random random = new Random(3);
        for (Weighting method :
                new Weighting[] {new EqualWeights(), new UPGrad(0), new ConstantWeights(1, 2, 3)}) {
            double[][] g = Matrices.random(3, 5, 3, 9);
            double[][] factors = new double[3][3];
            double a = random.nextDouble();
            double b = random.nextDouble();
            for (int t = 0; t < 3; t++) {
                factors[0][t] = random.nextDouble();
                factors[1][t] = random.nextDouble();
                factors[2][t] = a * factors[0][t] + b * factors[1][t];
            }
            double[][] d = new double[3][];
            for (int k = 0; k < 3; k++) {
                double[][] scaled = new double[3][];
                for (int t = 0; t < 3; t++) {
                    scaled[t] = Small.scaled(g[t], factors[k][t]);
                }
                d[k] = direction(method, scaled);
            }
            for (int p = 0; p < 5; p++) {
                assertEquals(a * d[0][p] + b * d[1][p], d[2][p], 1e-9, "" + method.getClass());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void withoutConflictTwoOrthogonalEqualTasksAreTreatedAlike(String name) {
        if (name.equals("rlw")) {
            return;
        }
        double[] weights =
                methods()
                        .get(name)
                        .get()
                        .weights(new double[][] {{4, 0}, {0, 4}}, new double[] {0.7, 0.7});
        assertEquals(weights[0], weights[1], 1e-9);
        assertTrue(weights[0] > 0);
    }

    @ParameterizedTest
    @MethodSource("names")
    void resumedEqualsUninterrupted(String name) {
        Supplier<Weighting> supplier = methods().get(name);
        Weighting whole = supplier.get();
        Weighting first = supplier.get();
        Weighting second = supplier.get();
        Random random = new Random(11);
        for (int step = 0; step < 30; step++) {
            double[][] gramian = Matrices.gramian(Matrices.random(3, 6, 3, step));
            double[] losses = {
                0.1 + random.nextDouble(), 0.1 + random.nextDouble(), 0.1 + random.nextDouble()
            };
            if (step == 17) {
                second.restore(first.state());
            }
            double[] expected = whole.weights(gramian, losses);
            Weighting resumed = step < 17 ? first : second;
            assertArrayEquals(expected, resumed.weights(gramian, losses), name + step);
            if (step % 4 == 3) {
                whole.epochEnded();
                resumed.epochEnded();
            }
        }
        assertArrayEquals(whole.state(), second.state());
        whole.reset();
        double[][] g = Matrices.random(3, 6, 3, 99);
        assertArrayEquals(weights(supplier.get(), g), weights(whole, g), name + " after reset");
    }
}
