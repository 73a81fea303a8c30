package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.mtl.balance.GradientBalancer.Scope;
import org.dl4jplugins.mtl.gradient.NonFiniteGradientException;
import org.dl4jplugins.mtl.gradient.OnNonFinite;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** The balancer inside DL4J's own training loop. */
class GradientBalancerTest {

    private static GradientBalancer.Builder builder() {
        return new GradientBalancer.Builder();
    }

    private static GradientBalancer with(Weighting weighting) {
        return builder().weighting(weighting).build();
    }

    private static INDArray train(GradientBalancer balancer, int tasks, int steps) {
        ComputationGraph graph = Toy.perceptron(tasks, new Adam(0.01), 0.1);
        if (balancer != null) {
            graph.addListeners(balancer);
        }
        for (int step = 0; step < steps; step++) {
            graph.fit(Toy.batch(tasks, 8, step));
        }
        return graph.params().dup();
    }

    @Test
    void equalWeightsLeaveTrainingAsItIs() {
        INDArray plain = train(null, 3, 10);
        assertEquals(plain, train(with(new EqualWeights()), 3, 10));
        GradientBalancer perLayer =
                builder().weighting(new EqualWeights()).scope(Scope.PER_LAYER).build();
        assertEquals(plain, train(perLayer, 3, 10));
    }

    /** Weights 1 that pass through the writing path: two factors that cancel up to rounding. */
    @Test
    void writtenSumEqualsOrdinaryGradient() {
        INDArray plain = train(null, 3, 10);
        GradientBalancer balancer =
                builder()
                        .weighting(new ConstantWeights(3, 3, 3))
                        .multiplier(Math.nextUp(1.0 / 3))
                        .build();
        assertTrue(train(balancer, 3, 10).equalsWithEps(plain, 1e-12));
        Aggregator sum = (gradients, losses) -> gradients.sum(0);
        assertTrue(train(builder().aggregator(sum).build(), 3, 10).equalsWithEps(plain, 1e-12));
    }

    @Test
    void headsKeepTheirOwnGradient() {
        ComputationGraph plain = Toy.perceptron(2, new Sgd(0.1), 0);
        ComputationGraph balanced = Toy.perceptron(2, new Sgd(0.1), 0);
        balanced.addListeners(with(new ConstantWeights(5, 0.1)));
        MultiDataSet batch = Toy.batch(2, 8, 0);
        plain.fit(batch);
        balanced.fit(batch);
        for (String name : List.of("head0_W", "head0_b", "head1_W", "head1_b")) {
            assertEquals(plain.getParam(name), balanced.getParam(name), name);
        }
        assertNotEquals(plain.getParam("d1_W"), balanced.getParam("d1_W"));
    }

    /** The shared step is the weighted sum of the steps of single-task training. */
    @Test
    void sharedLayersMoveByTheWeightedSum() {
        double[] weights = {2, 0.5};
        MultiDataSet batch = Toy.batch(2, 8, 0);
        INDArray expected = null;
        INDArray start = null;
        for (int t = 0; t < 2; t++) {
            double[] only = new double[2];
            only[t] = 1;
            ComputationGraph graph = Toy.perceptron(2, new Sgd(0.1), 0);
            graph.getLayers();
            start = graph.getParam("d1_W").dup();
            graph.addListeners(with(new ConstantWeights(only)));
            graph.fit(batch);
            INDArray step = graph.getParam("d1_W").sub(start.mul(1 - 0.1 * 1e-3)).mul(weights[t]);
            expected = expected == null ? step : expected.add(step);
        }
        ComputationGraph graph = Toy.perceptron(2, new Sgd(0.1), 0);
        graph.addListeners(with(new ConstantWeights(weights)));
        graph.fit(batch);
        INDArray step = graph.getParam("d1_W").sub(start.mul(1 - 0.1 * 1e-3));
        assertTrue(step.equalsWithEps(expected, 1e-12));
    }

    @Test
    void taskWeightsAndMultiplierAreFactors() {
        INDArray expected = train(with(new ConstantWeights(2, 6)), 2, 5);
        GradientBalancer balancer =
                builder().weighting(new EqualWeights()).taskWeights(1, 3).multiplier(2).build();
        assertEquals(expected, train(balancer, 2, 5));
    }

    @Test
    void preferenceReachesMethodsOfBothKinds() {
        Weighting chained = new Chained(new ConstantWeights(1, 5), new MGDA());
        GradientBalancer preferred = builder().weighting(new MGDA()).taskWeights(1, 5).build();
        assertTrue(train(with(chained), 2, 4).equalsWithEps(train(preferred, 2, 4), 1e-12));
        Aggregator sum = (gradients, losses) -> gradients.sum(0);
        GradientBalancer aggregated =
                builder().aggregator(sum).taskWeights(1, 3).multiplier(2).build();
        INDArray expected = train(with(new ConstantWeights(2, 6)), 2, 4);
        assertTrue(expected.equalsWithEps(train(aggregated, 2, 4), 1e-12));
    }

    @Test
    void aggregatorsDoNotSeeAbsentTasks() {
        MultiDataSet batch = Toy.batch(3, 8, 0);
        batch.setLabelsMaskArray(new INDArray[] {null, Nd4j.zeros(8, 1), null});
        Aggregator mean = (gradients, losses) -> gradients.mean(0);
        ComputationGraph aggregated = Toy.perceptron(3, new Sgd(0.1), 0);
        aggregated.addListeners(builder().aggregator(mean).build());
        aggregated.fit(batch);
        ComputationGraph weighted = Toy.perceptron(3, new Sgd(0.1), 0);
        weighted.addListeners(with(new ConstantWeights(0.5, 0.5, 0.5)));
        weighted.fit(batch);
        assertTrue(weighted.params().equalsWithEps(aggregated.params(), 1e-12));
    }

    /** With one shared layer the scopes agree; with two they do not. */
    @Test
    void perLayerUsesEachLayersGramian() {
        GradientBalancer whole = with(new MGDA());
        GradientBalancer perLayer = builder().weighting(new MGDA()).scope(Scope.PER_LAYER).build();
        train(whole, 2, 1);
        train(perLayer, 2, 1);
        assertEquals(List.of("d1", "d2"), perLayer.groups());
        assertEquals(List.of(""), whole.groups());
        double[][] weights = perLayer.history().get(0).weights();
        assertEquals(2, weights.length);
        assertNotEquals(weights[0][0], weights[1][0]);
        assertEquals(1, weights[1][0] + weights[1][1], 1e-12);
    }

    /** A task that does not use a layer must not pull MGDA's shortest vector there to zero. */
    @Test
    void perLayerLeavesOutTasksThatDoNotShareIt() {
        GradientBalancer balancer = builder().weighting(new MGDA()).scope(Scope.PER_LAYER).build();
        ComputationGraph graph = Toy.partlyShared();
        graph.addListeners(balancer);
        graph.fit(Toy.batch(3, 8, 0));
        assertEquals(List.of("all", "two"), balancer.groups());
        double[] all = balancer.last().orElseThrow().weights()[0];
        double[] two = balancer.last().orElseThrow().weights()[1];
        assertEquals(1, all[0] + all[1] + all[2], 1e-12);
        assertEquals(1, two[0] + two[1], 1e-12);
    }

    @Test
    void weightsAreKeptBetweenUpdates() {
        GradientBalancer balancer = builder().weighting(new RLW(3)).updateEvery(3).build();
        train(balancer, 2, 7);
        List<BalancedStep> h = balancer.history();
        for (int step = 0; step < 7; step++) {
            double[] sameBlock = h.get(3 * (step / 3)).weights()[0];
            assertArrayEquals(sameBlock, h.get(step).weights()[0]);
            assertEquals(step, h.get(step).iteration());
        }
        assertNotEquals(h.get(2).weights()[0][0], h.get(3).weights()[0][0]);
    }

    @Test
    void historyIsShortAsConfigured() {
        GradientBalancer balancer = builder().weighting(new EqualWeights()).historySize(2).build();
        train(balancer, 2, 5);
        assertEquals(3, balancer.history().get(0).iteration());
        assertEquals(2, balancer.history().size());
        GradientBalancer none = builder().weighting(new MGDA()).historySize(0).build();
        assertTrue(none.last().isEmpty());
        train(none, 2, 3);
        assertTrue(none.history().isEmpty());
        assertEquals(2, none.last().orElseThrow().iteration());
        assertEquals(List.of("head0", "head1"), balancer.tasks());
    }

    /** MGDA stops on the Pareto set, the segment between the goals, and helps both on the way. */
    @Test
    void mgdaReachesAParetoStationaryPoint() {
        double[] strength = {1, 3};
        double[][] goals = {{1, 0}, {0, 1}};
        boolean inside = false;
        for (double[] start : new double[][] {{-1, -2}, {0.5, -0.2}, {0.4, 2}, {0.6, 0.6}}) {
            ComputationGraph graph = Toy.plane(new Sgd(0.05), start, strength);
            GradientBalancer balancer = with(new MGDA());
            graph.addListeners(balancer);
            MultiDataSet data = Toy.goals(goals, strength);
            for (int step = 0; step < 200; step++) {
                graph.fit(data);
            }
            double[] x = graph.params().toDoubleVector();
            assertEquals(1, x[0] + x[1], 1e-3);
            assertTrue(x[0] >= -1e-3 && x[1] >= -1e-3);
            inside |= x[0] > 0.05 && x[1] > 0.05;
            noLossRises(balancer, 1e-3);
        }
        assertTrue(inside);
    }

    private static void noLossRises(GradientBalancer balancer, double tolerance) {
        double[] before = balancer.history().get(0).losses();
        for (BalancedStep step : balancer.history()) {
            for (int t = 0; t < before.length; t++) {
                assertTrue(step.losses()[t] <= before[t] + tolerance * before[t], "" + step);
            }
            before = step.losses();
        }
    }

    static Stream<Weighting> averse() {
        return Stream.of(
                new MGDA(),
                new UPGrad(1e-8),
                new DualProj(1e-8),
                new NashMTL(1, 1),
                new FairGrad(),
                new PCGrad(1));
    }

    /** Where joint training sacrifices the weak task, these methods do not. */
    @ParameterizedTest
    @MethodSource("averse")
    void weakTaskIsNotSacrificed(Weighting method) {
        double[] gain = gains(method);
        double joint = gains(new EqualWeights())[0];
        assertTrue(joint < -0.01);
        // Steps at right angles to a gradient still rise by the curvature.
        assertTrue(gain[0] >= 0.1 * joint, method + ": " + gain[0] + ", joint: " + joint);
        assertTrue(gain[1] > 0, method.toString());
    }

    @Test
    void caGradSacrificesLessTheLargerItsRadius() {
        double joint = gains(new EqualWeights())[0];
        double narrow = gains(new CAGrad(0.2, 0))[0];
        double wide = gains(new CAGrad(0.8, 0))[0];
        assertTrue(joint < narrow && narrow < wide, joint + " " + narrow + " " + wide);
    }

    /** Fall of each task's loss on the plane with one weak and one strong task. */
    private static double[] gains(Weighting method) {
        double[] strength = {1, 5};
        double[][] goals = {{1, 0}, {0, 1}};
        ComputationGraph graph = Toy.plane(new Sgd(2e-3), new double[] {0.4, 0.1}, strength);
        GradientBalancer balancer = with(method);
        graph.addListeners(balancer);
        for (int step = 0; step < 20; step++) {
            graph.fit(Toy.goals(goals, strength));
        }
        return new double[] {gain(balancer, 0), gain(balancer, 1)};
    }

    private static double gain(GradientBalancer balancer, int task) {
        List<BalancedStep> h = balancer.history();
        return h.get(0).losses()[task] - h.get(h.size() - 1).losses()[task];
    }

    static Stream<Supplier<GradientBalancer>> everyKind() {
        return Stream.of(
                () -> with(new CAGrad(0.4)),
                () -> with(new PCGrad(5)),
                () -> with(new Chained(new IMTLL(), new IMTLG())),
                () -> with(new FAMO()),
                () -> with(new GradNorm()),
                () -> with(new STCH(1, 1)),
                () -> builder().weighting(new NashMTL()).updateEvery(3).build(),
                () -> builder().weightingPerLayer(() -> new GradVac(2)).build(),
                () -> builder().weighting(new DWA()).scope(Scope.PER_LAYER).build(),
                () -> builder().aggregator(new GradDrop.Builder().seed(4).build()).build(),
                () ->
                        builder()
                                .aggregator(new GradDrop.Builder().seed(4).leak(0, 0.5).build())
                                .scope(Scope.PER_LAYER)
                                .taskWeights(1, 2)
                                .build());
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void learnsWithAdamClippingAndSchedule(Supplier<GradientBalancer> supplier) {
        Adam adam = new Adam(new StepSchedule(ScheduleType.ITERATION, 0.05, 0.5, 40));
        ComputationGraph graph = Toy.perceptron(2, adam, 1);
        graph.addListeners(supplier.get());
        MultiDataSet data = Toy.batch(2, 24, 3);
        double before = graph.score(data);
        for (int step = 0; step < 80; step++) {
            graph.fit(data);
        }
        assertTrue(graph.score(data) < 0.6 * before, before + " -> " + graph.score(data));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void resumedEqualsUninterrupted(Supplier<GradientBalancer> supplier, @TempDir Path folder)
            throws Exception {
        ComputationGraph whole = Toy.perceptron(2, new Adam(0.01), 1);
        whole.addListeners(supplier.get());
        ComputationGraph first = Toy.perceptron(2, new Adam(0.01), 1);
        GradientBalancer interrupted = supplier.get();
        first.addListeners(interrupted);
        fit(whole, 0, 10);
        fit(first, 0, 7);
        File file = folder.resolve("model.zip").toFile();
        ModelSerializer.writeModel(first, file, true);
        ModelSerializer.addObjectToFile(file, "balancer", interrupted.state());

        ComputationGraph second = ModelSerializer.restoreComputationGraph(file);
        GradientBalancer resumed = supplier.get();
        resumed.restore((double[]) ModelSerializer.getObjectFromFile(file, "balancer"));
        assertArrayEquals(interrupted.state(), resumed.state());
        second.addListeners(resumed);
        fit(second, 7, 10);
        assertEquals(whole.params(), second.params());
    }

    private static void fit(ComputationGraph graph, int from, int to) {
        for (int step = from; step < to; step++) {
            graph.fit(Toy.batch(2, 6, step));
            if (step % 3 == 2) {
                graph.getListeners().forEach(l -> l.onEpochEnd(graph));
            }
        }
    }

    /** On a graph that Recon has modified: the split layer's copies keep plain gradients. */
    @Test
    void balancesWhatReconLeavesShared() {
        ComputationGraph original = Toy.perceptron(2, new Sgd(0.1), 0);
        Supplier<ComputationGraph> recon =
                () ->
                        new ReconTransformer.Builder(original)
                                .layers("d1")
                                .init(ReconInit.FROM_TRAINED)
                                .build()
                                .transform();
        MultiDataSet batch = Toy.batch(2, 8, 0);
        ComputationGraph plain = recon.get();
        plain.fit(batch);
        ComputationGraph equal = recon.get();
        equal.addListeners(builder().weighting(new ConstantWeights(3, 3)).build());
        equal.fit(batch);
        ComputationGraph balanced = recon.get();
        GradientBalancer balancer = with(new MGDA());
        balanced.addListeners(balancer);
        balanced.fit(batch);
        int shared = 0;
        for (String key : plain.paramTable().keySet()) {
            if (key.startsWith("d2")) {
                shared++;
                assertNotEquals(plain.getParam(key), balanced.getParam(key), key);
                assertNotEquals(plain.getParam(key), equal.getParam(key), key);
            } else {
                assertTrue(plain.getParam(key).equalsWithEps(balanced.getParam(key), 1e-15), key);
                assertTrue(plain.getParam(key).equalsWithEps(equal.getParam(key), 1e-15), key);
            }
        }
        assertEquals(2, shared);
        double[] weights = balancer.history().get(0).weights()[0];
        assertEquals(1, weights[0] + weights[1], 1e-12);
    }

    @Test
    void absentTasksTakeNoPart() {
        INDArray on = Nd4j.ones(8, 1);
        INDArray off = Nd4j.zeros(8, 1);
        MultiDataSet batch = Toy.batch(3, 8, 0);
        batch.setLabelsMaskArray(new INDArray[] {on, off, on});
        for (Weighting method : List.of(new MGDA(), new CAGrad(0.4), new PCGrad(1), new UW())) {
            ComputationGraph graph = Toy.perceptron(3, new Sgd(0.1), 0);
            GradientBalancer balancer = with(method);
            graph.addListeners(balancer);
            graph.fit(batch);
            double[] weights = balancer.history().get(0).weights()[0];
            assertEquals(1, weights[1], method.toString());
            assertTrue(weights[0] > 0 && weights[2] > 0, method.toString());
        }
    }

    @Test
    void nanLossStopsOrSkips() {
        MultiDataSet bad = Toy.batch(2, 4, 0);
        bad.getFeatures(0).putScalar(0, 0, Double.NaN);
        ComputationGraph stopping = Toy.perceptron(2, new Adam(0.1), 0);
        stopping.addListeners(with(new MGDA()));
        INDArray before = stopping.params().dup();
        assertThrows(NonFiniteGradientException.class, () -> stopping.fit(bad));
        assertEquals(before, stopping.params());
        ComputationGraph skipping = Toy.perceptron(2, new Adam(0.1), 0);
        GradientBalancer balancer =
                builder().weighting(new MGDA()).onNonFinite(OnNonFinite.SKIP).build();
        skipping.addListeners(balancer);
        skipping.fit(bad);
        assertEquals(before, skipping.params());
        assertTrue(balancer.history().isEmpty());
        skipping.fit(Toy.batch(2, 4, 1));
        assertFalse(balancer.history().isEmpty());
    }

    private static void refuses(String part, Runnable action) {
        Exception e = assertThrows(RuntimeException.class, action::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void saysWhatIsWrong() {
        refuses("0 methods", () -> builder().build());
        refuses("0 methods", () -> with(null));
        refuses(
                "2 methods",
                () ->
                        builder()
                                .weighting(new MGDA())
                                .aggregator(new GradDrop.Builder().build())
                                .build());
        refuses("updateEvery = 0", () -> builder().weighting(new MGDA()).updateEvery(0).build());
        refuses(
                "updateEvery = 2",
                () -> builder().aggregator(new GradDrop.Builder().build()).updateEvery(2).build());
        refuses("multiplier = -1", () -> builder().weighting(new MGDA()).multiplier(-1).build());
        refuses("historySize", () -> builder().weighting(new MGDA()).historySize(-1).build());
        refuses("taskWeights[1]", () -> builder().weighting(new MGDA()).taskWeights(1, -2).build());
        refuses(
                "weightingPerLayer",
                () -> builder().weighting(new GradVac(1)).scope(Scope.PER_LAYER).build());
        refuses(
                "taskWeights has 3",
                () -> train(builder().weighting(new MGDA()).taskWeights(1, 1, 1).build(), 2, 1));
        refuses("weights has 3", () -> train(with(new ConstantWeights(1, 1, 1)), 2, 1));
        GradientBalancer used = with(new UW());
        train(used, 2, 1);
        refuses("[head0, head1]", () -> train(used, 3, 1));
        refuses("before the first step", () -> used.restore(used.state()));
        refuses("state has 1", () -> with(new UW()).restore(new double[] {5}));
        refuses(
                "one GradientBalancer only",
                () -> {
                    ComputationGraph graph = Toy.perceptron(2, new Sgd(0.1), 0);
                    graph.addListeners(with(new MGDA()), with(new UW()));
                    graph.fit(Toy.batch(2, 4, 0));
                });
    }
}
