package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.mtl.gradient.NonFiniteGradientException;
import org.dl4jplugins.mtl.gradient.OnNonFinite;
import org.dl4jplugins.mtl.gradient.TaskGradientListener;
import org.dl4jplugins.mtl.gradient.TaskGradients;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** One backward pass must train as many do. */
class LossBalancerTest {

    static Stream<Supplier<LossWeighting>> methods() {
        return Stream.of(
                () -> new ConstantWeights(0.3, 4, 1),
                () -> new ConstantWeights(1, 0, 2),
                ScaleInvariant::new,
                () -> new RLW(3),
                () -> new UW(new Sgd(0.1)),
                () -> new DWA(1),
                GLS::new,
                () -> new STCH(0.5, 1),
                FAMO::new,
                IMTLL::new);
    }

    private static GradientBalancer many(LossWeighting method) {
        return new GradientBalancer.Builder().weighting(method).build();
    }

    private static LossBalancer one(LossWeighting method) {
        return new LossBalancer.Builder(method).build();
    }

    private static INDArray train(ComputationGraph graph, TrainingListener listener, int steps) {
        graph.addListeners(listener);
        Nd4j.getRandom().setSeed(9);
        for (int step = 0; step < steps; step++) {
            graph.fit(Toy.batch(graph.getNumOutputArrays(), 8, step));
            if (step % 2 == 1) {
                graph.getListeners().forEach(l -> l.onEpochEnd(graph));
            }
        }
        return graph.params().dup();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void trainsAsGradientBalancerDoes(Supplier<LossWeighting> method) {
        for (double keep : new double[] {1, 0.7}) {
            GradientBalancer many = many(method.get());
            LossBalancer one = one(method.get());
            INDArray expected = train(Toy.branches(3, DataType.DOUBLE, keep), many, 5);
            INDArray actual = train(Toy.branches(3, DataType.DOUBLE, keep), one, 5);
            assertTrue(
                    expected.equalsWithEps(actual, 1e-10),
                    () -> "differs by " + expected.sub(actual).amaxNumber());
            for (int step = 0; step < 5; step++) {
                BalancedStep m = many.history().get(step);
                BalancedStep o = one.history().get(step);
                assertArrayEquals(m.losses(), o.losses(), 1e-9);
                assertArrayEquals(m.weights()[0], o.weights()[0], 1e-9);
                assertEquals(m.iteration(), o.iteration());
            }
        }
    }

    @Test
    void singlePrecision() {
        LossWeighting method = new ConstantWeights(1e-3, 0, 50);
        INDArray expected = train(Toy.branches(3, DataType.FLOAT, 1), many(method), 5);
        INDArray actual = train(Toy.branches(3, DataType.FLOAT, 1), one(method), 5);
        assertTrue(expected.equalsWithEps(actual, 1e-4));
    }

    @Test
    void absentTasksTakeNoPart() {
        INDArray off = Nd4j.zeros(8, 1);
        MultiDataSet batch = Toy.batch(3, 8, 0);
        batch.setLabelsMaskArray(new INDArray[] {null, off, null});
        for (Supplier<LossWeighting> method :
                List.<Supplier<LossWeighting>>of(ScaleInvariant::new, UW::new)) {
            ComputationGraph a = Toy.branches(3, DataType.DOUBLE, 1);
            ComputationGraph b = Toy.branches(3, DataType.DOUBLE, 1);
            a.addListeners(many(method.get()));
            b.addListeners(one(method.get()));
            a.fit(batch);
            b.fit(batch);
            assertTrue(a.params().equalsWithEps(b.params(), 1e-12));
        }
    }

    @Test
    void graphsThatReconHasModified() {
        ComputationGraph original = Toy.perceptron(2, new Sgd(0.1), 0);
        Supplier<ComputationGraph> recon =
                () -> new ReconTransformer.Builder(original).layers("d1").build().transform();
        INDArray expected = train(recon.get(), many(new ConstantWeights(0.2, 3)), 4);
        INDArray actual = train(recon.get(), one(new ConstantWeights(0.2, 3)), 4);
        assertTrue(expected.equalsWithEps(actual, 1e-12));
    }

    /** Tasks with their own data: one task per batch, the others masked. */
    @Test
    void learnsWeightsFromOneTaskAtATime() {
        INDArray off = Nd4j.zeros(8, 1);
        LossBalancer uncertainty = one(new UW(new Sgd(0.5)));
        LossBalancer constant = one(new ConstantWeights(2, 6));
        ComputationGraph first = Toy.branches(2, DataType.DOUBLE, 1);
        ComputationGraph second = Toy.branches(2, DataType.DOUBLE, 1);
        first.addListeners(uncertainty);
        second.addListeners(constant);
        for (int step = 0; step < 6; step++) {
            MultiDataSet batch = Toy.batch(2, 8, step);
            batch.setLabelsMaskArray(
                    step % 2 == 0 ? new INDArray[] {null, off} : new INDArray[] {off, null});
            first.fit(batch);
            second.fit(batch);
        }
        assertArrayEquals(new double[] {2, 6}, constant.history().get(0).weights()[0]);
        assertArrayEquals(new double[] {1, 1}, uncertainty.history().get(0).weights()[0]);
        double[][] later = {
            uncertainty.history().get(3).weights()[0], uncertainty.history().get(5).weights()[0]
        };
        assertNotEquals(later[0][0], later[1][0]);
        assertNotEquals(later[0][1], later[1][1]);
    }

    /** Heads for sequences, with a mask over time. */
    @Test
    void headsOfOtherShapes() {
        INDArray[] expected = new INDArray[2];
        for (int kind = 0; kind < 2; kind++) {
            var b =
                    new NeuralNetConfiguration.Builder()
                            .seed(3)
                            .dataType(DataType.DOUBLE)
                            .updater(new Sgd(0.3))
                            .graphBuilder()
                            .addInputs("in");
            b.setInputTypes(InputType.recurrent(2, 5));
            b.addLayer("lstm", new LSTM.Builder().nOut(4).build(), "in");
            b.addLayer("seq", new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build(), "lstm");
            b.addLayer("same", new LSTM.Builder().nOut(3).build(), "lstm");
            b.addLayer("loss", new RnnLossLayer.Builder(LossFunction.MSE).build(), "same");
            ComputationGraph graph = new ComputationGraph(b.setOutputs("seq", "loss").build());
            graph.init();
            LossWeighting method = new ConstantWeights(0.2, 5);
            graph.addListeners(kind == 0 ? many(method) : one(method));
            Nd4j.getRandom().setSeed(4);
            INDArray mask = Nd4j.ones(DataType.DOUBLE, 3, 5);
            mask.putScalar(1, 4, 0);
            MultiDataSet data =
                    new MultiDataSet(
                            new INDArray[] {Nd4j.rand(DataType.DOUBLE, 3, 2, 5)},
                            new INDArray[] {
                                Nd4j.rand(DataType.DOUBLE, 3, 2, 5),
                                Nd4j.rand(DataType.DOUBLE, 3, 3, 5)
                            },
                            null,
                            new INDArray[] {mask, null});
            for (int step = 0; step < 3; step++) {
                graph.fit(data);
            }
            expected[kind] = graph.params().dup();
        }
        assertTrue(expected[0].equalsWithEps(expected[1], 1e-12));
    }

    @Test
    void scoreAndConfigurationStayPlain() {
        ComputationGraph plain = Toy.branches(2, DataType.DOUBLE, 1);
        ComputationGraph weighted = Toy.branches(2, DataType.DOUBLE, 1);
        weighted.addListeners(one(new ConstantWeights(7, 0.5)));
        String json = weighted.getConfiguration().toJson();
        plain.fit(Toy.batch(2, 8, 0));
        weighted.fit(Toy.batch(2, 8, 0));
        assertEquals(plain.score(), weighted.score(), 1e-12);
        assertNotEquals(plain.getParam("shared_W"), weighted.getParam("shared_W"));
        assertFalse(weighted.getConfiguration().toJson().contains("WeightedLoss"));
        assertEquals(
                json.replaceAll("\"iterationCount\" : \\d+", ""),
                weighted.getConfiguration().toJson().replaceAll("\"iterationCount\" : \\d+", ""));
    }

    @Test
    void otherListenersSeeTheSameCosines() {
        List<Double> cosines = new ArrayList<>();
        for (int kind = 0; kind < 2; kind++) {
            ComputationGraph graph = Toy.branches(2, DataType.DOUBLE, 1);
            if (kind == 1) {
                graph.addListeners(one(new ConstantWeights(7, 0.5)));
            }
            graph.addListeners(
                    new TaskGradientListener() {
                        @Override
                        protected void onTaskGradients(
                                ComputationGraph model, TaskGradients gradients) {
                            cosines.add(gradients.gramians().cosine("shared", 0, 1));
                        }
                    });
            graph.fit(Toy.batch(2, 8, 0));
        }
        assertEquals(cosines.get(0), cosines.get(1), 1e-12);
    }

    /** Where the method gives nothing but zeros, nothing shared moves and own layers train on. */
    @Test
    void weightsOfZero() {
        LossWeighting nothing = losses -> new double[losses.length];
        INDArray expected = train(Toy.branches(2, DataType.DOUBLE, 1), many(nothing), 2);
        INDArray actual = train(Toy.branches(2, DataType.DOUBLE, 1), one(nothing), 2);
        assertTrue(expected.equalsWithEps(actual, 1e-12));
    }

    @ParameterizedTest
    @EnumSource(OnNonFinite.class)
    void lossThatIsNotFinite(OnNonFinite action) {
        MultiDataSet bad = Toy.batch(2, 4, 0);
        bad.getLabels(1).putScalar(0, 0, Double.NaN);
        ComputationGraph graph = Toy.perceptron(2, new Adam(0.1), 0);
        LossBalancer balancer = new LossBalancer.Builder(new UW()).onNonFinite(action).build();
        graph.addListeners(balancer);
        INDArray before = graph.params().dup();
        if (action == OnNonFinite.STOP) {
            assertThrows(NonFiniteGradientException.class, () -> graph.fit(bad));
        } else {
            graph.fit(bad);
        }
        assertEquals(before, graph.params());
        assertTrue(balancer.history().isEmpty());
        graph.fit(Toy.batch(2, 4, 1));
        assertEquals(1, balancer.history().size());
        assertEquals(List.of("head0", "head1"), balancer.tasks());
    }

    @Test
    void resumedEqualsUninterrupted() {
        ComputationGraph whole = Toy.branches(2, DataType.DOUBLE, 1);
        INDArray expected = train(whole, one(new FAMO()), 6);
        ComputationGraph graph = Toy.branches(2, DataType.DOUBLE, 1);
        LossBalancer first = one(new FAMO());
        train(graph, first, 4);
        LossBalancer second = one(new FAMO());
        second.restore(first.state());
        graph.setListeners(second);
        for (int step = 4; step < 6; step++) {
            graph.fit(Toy.batch(2, 8, step));
        }
        assertEquals(expected, graph.params());
    }

    private static void refuses(String part, Runnable action) {
        Exception e = assertThrows(RuntimeException.class, action::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void saysWhatIsWrong() {
        refuses("updateEvery = 0", () -> new LossBalancer.Builder(new UW()).updateEvery(0).build());
        refuses("historySize", () -> new LossBalancer.Builder(new UW()).historySize(-1).build());
        refuses("weighting", () -> new LossBalancer.Builder(null));
        refuses("onNonFinite", () -> new LossBalancer.Builder(new UW()).onNonFinite(null));
        refuses(
                "taskWeights[1]",
                () -> new LossBalancer.Builder(new UW()).taskWeights(1, -2).build());
        refuses(
                "taskWeights has 3",
                () ->
                        train(
                                Toy.branches(2, DataType.DOUBLE, 1),
                                new LossBalancer.Builder(new UW()).taskWeights(1, 1, 1).build(),
                                1));
        LossBalancer used = one(new UW());
        train(Toy.branches(2, DataType.DOUBLE, 1), used, 1);
        refuses("another graph", () -> train(Toy.branches(2, DataType.DOUBLE, 1), used, 1));
        refuses("before the first step", () -> used.restore(used.state()));
        LossWeighting negative = losses -> new double[] {1, -1};
        refuses("\"head1\" is -1", () -> train(Toy.perceptron(2, new Sgd(1), 0), one(negative), 1));
        MultiDataSet bad = Toy.batch(2, 4, 0);
        bad.getFeatures(0).putScalar(0, 0, Double.NaN);
        ComputationGraph graph = Toy.branches(2, DataType.DOUBLE, 1);
        graph.addListeners(one(new UW()));
        INDArray before = graph.params().dup();
        refuses("is NaN", () -> graph.fit(bad));
        assertEquals(before, graph.params());
        var one = new NeuralNetConfiguration.Builder().list();
        one.layer(new OutputLayer.Builder(LossFunction.MSE).nIn(2).nOut(2).build());
        MultiLayerNetwork single = new MultiLayerNetwork(one.build());
        single.init();
        single.setListeners(one(new UW()));
        refuses(
                "not a MultiLayerNetwork",
                () -> single.fit(new DataSet(Nd4j.ones(1, 2), Nd4j.ones(1, 2))));
        refuses("CenterLossOutputLayer", () -> train(centerLoss(), one(new UW()), 1));
    }

    private static ComputationGraph centerLoss() {
        var b = new NeuralNetConfiguration.Builder().graphBuilder().addInputs("in");
        for (int t = 0; t < 2; t++) {
            b.addLayer(
                    "head" + t,
                    new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .nIn(4)
                            .nOut(3)
                            .build(),
                    "in");
        }
        ComputationGraph graph = new ComputationGraph(b.setOutputs("head0", "head1").build());
        graph.init();
        return graph;
    }
}
