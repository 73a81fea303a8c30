package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.Increments.Adapter;
import org.dl4jplugins.cl.baseline.OLora.Overlap;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class OLoraTest {

    private final TaskStream stream = LowRankToy.subspaces(3, 200, 10);

    @Test
    void forgetsLessThanNaiveTraining() {
        ContinualResult naive = run(new Naive());
        ComputationGraph without = toy(DataType.FLOAT);
        OLora none = new OLora.Builder().lambda1(0).build();
        ContinualResult free = Trials.train(without, stream, none, 120).build().run();
        for (Overlap overlap : Overlap.values()) {
            ComputationGraph graph = toy(DataType.FLOAT);
            OLora method = new OLora.Builder().overlap(overlap).build();
            ContinualResult result = Trials.train(graph, stream, method, 120).build().run();
            double transfer = result.matrix().backwardTransfer();
            assertTrue(transfer > naive.matrix().backwardTransfer() + 4, naive + "\n" + result);
            assertTrue(transfer > free.matrix().backwardTransfer() + 4, free + "\n" + result);
            assertTrue(overlap(graph) < 0.1 * overlap(without));
        }
    }

    @ParameterizedTest
    @EnumSource(Overlap.class)
    void penaltyHasItsGradient(Overlap overlap) {
        ComputationGraph graph = toy(DataType.DOUBLE);
        Nd4j.getRandom().setSeed(9);
        INDArray params = graph.params();
        params.assign(Nd4j.randn(DataType.DOUBLE, params.shape()));
        List<Adapter> adapters = Increments.of(graph);
        SubspacePenalty penalty =
                new SubspacePenalty(
                        params, adapters.get(2), adapters.subList(0, 2), overlap, 0.7, 0.3);
        double byHand = 0;
        double[][] a2 = graph.getParam("hidden.loraA.2_W").toDoubleMatrix();
        for (int k = 0; k < 2; k++) {
            double[][] old = graph.getParam("hidden.loraA." + k + "_W").toDoubleMatrix();
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 4; j++) {
                    double product = 0;
                    for (int row = 0; row < 16; row++) {
                        product += old[row][i] * a2[row][j];
                    }
                    byHand +=
                            0.7
                                    * (overlap == Overlap.ABSOLUTE
                                            ? Math.abs(product)
                                            : product * product);
                }
            }
        }
        for (String factor : List.of("A", "B")) {
            INDArray value = graph.getParam("hidden.lora" + factor + ".2_W");
            byHand += 0.3 * Math.sqrt(value.mul(value).sumNumber().doubleValue());
        }
        assertEquals(byHand, penalty.value(params), 1e-9 * byHand);

        INDArray gradient = Nd4j.zeros(DataType.DOUBLE, params.shape());
        penalty.addGradient(params, 5, gradient);
        double step = 1e-6;
        for (long i = 0; i < params.length(); i++) {
            double at = params.getDouble(i);
            params.putScalar(i, at + step);
            double up = penalty.value(params);
            params.putScalar(i, at - step);
            double down = penalty.value(params);
            params.putScalar(i, at);
            assertEquals(5 * (up - down) / (2 * step), gradient.getDouble(i), 1e-5, "at " + i);
        }
    }

    /** A step of gradient descent moves the new increment by both gradients, and nothing else. */
    @Test
    void penaltyIsAddedToTheMeanLoss() {
        double rate = 0.1;
        ComputationGraph graph = LowRankToy.graph(2, DataType.DOUBLE, new Sgd(rate), 0, 0);
        ComputationGraph[] before = new ComputationGraph[1];
        TaskStream two = Toy.permuted(2, 20, 10);
        OLora method = new OLora.Builder().lambda1(2).lambda2(0.5).build();
        ContinualMethod watched =
                new ContinualMethod() {
                    @Override
                    public String describe() {
                        return "watched";
                    }

                    @Override
                    public void validate(Learner learner) {
                        method.validate(learner);
                    }

                    @Override
                    public void beforeTask(Learner learner) {
                        method.beforeTask(learner);
                    }

                    @Override
                    public void step(Learner learner, MultiDataSet batch) {
                        before[0] = learner.graph().clone();
                        method.step(learner, batch);
                        if (learner.task() == 1) {
                            compare(learner.graph(), before[0], batch, rate);
                        }
                    }
                };
        Trials.train(graph, two, watched, 2).build().run();
    }

    private static void compare(
            ComputationGraph after, ComputationGraph before, MultiDataSet batch, double rate) {
        List<Adapter> adapters = Increments.of(before);
        INDArray penalty = Nd4j.zeros(DataType.DOUBLE, before.params().shape());
        new SubspacePenalty(
                        before.params(),
                        adapters.get(1),
                        adapters.subList(0, 1),
                        Overlap.ABSOLUTE,
                        2,
                        0.5)
                .addGradient(before.params(), 1, penalty);
        ComputationGraph plain = before.clone();
        plain.fit(batch);
        for (Increments.Factor factor : adapters.get(1).factors()) {
            INDArray expected = factor.of(plain.params()).sub(factor.of(penalty).mul(rate));
            double difference =
                    expected.sub(factor.of(after.params())).normmaxNumber().doubleValue();
            assertEquals(0, difference, 1e-12);
        }
        for (Increments.Factor factor : adapters.get(0).factors()) {
            assertEquals(factor.of(before.params()), factor.of(after.params()));
        }
    }

    /** Momentum of the task before and weight decay move the current adapter only. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void otherAdaptersStandStill(DataType type) {
        ComputationGraph graph = LowRankToy.graph(3, type, new Adam(0.01), 0.1, 0);
        INDArray[] first = new INDArray[2];
        INDArray last = graph.getParam("hidden.loraA.2_W").dup();
        INDArray base = graph.getParam("hidden_W").dup();
        OLora method = new OLora.Builder().build();
        Trials.train(graph, Toy.permuted(2, 50, 10), method, 10)
                .freshUpdater(false)
                .progress(
                        new Progress() {
                            @Override
                            public void step(Learner learner, double loss) {
                                if (learner.steps() == 10) {
                                    first[0] = graph.getParam("hidden.loraA.0_W").dup();
                                    first[1] = graph.getParam("hidden.loraB.0_W").dup();
                                }
                            }
                        })
                .build()
                .run();
        assertEquals(first[0], graph.getParam("hidden.loraA.0_W"));
        assertEquals(first[1], graph.getParam("hidden.loraB.0_W"));
        assertNotEquals(0, graph.getParam("hidden.loraB.1_W").norm1Number().doubleValue());
        assertEquals(last, graph.getParam("hidden.loraA.2_W"));
        assertEquals(base, graph.getParam("hidden_W"));
    }

    @Test
    void killedItEndsWithTheSameBits(@TempDir Path folder) {
        Trials.resumes(
                () -> LowRankToy.graph(3, DataType.FLOAT, new Adam(0.01), 0.1, 0.2),
                () -> new OLora.Builder().lambda2(0.1).build(),
                folder);
    }

    @Test
    void graphsThatDoNotFitAreRefused() {
        String message = refusal(Toy.mlp());
        assertTrue(message.contains("loraA") && message.contains("hidden_W"), message);
        message = refusal(LowRankToy.graph(2, DataType.FLOAT, new Adam(), 0, 0));
        assertTrue(message.contains("3 tasks") && message.contains("[0, 1]"), message);
        assertThrows(IllegalArgumentException.class, new OLora.Builder().lambda1(-1)::build);
        assertThrows(
                IllegalArgumentException.class, new OLora.Builder().lambda2(Double.NaN)::build);
        assertThrows(IllegalArgumentException.class, new OLora.Builder().overlap(null)::build);
    }

    private String refusal(ComputationGraph graph) {
        ContinualTrainer.Builder builder =
                Trials.train(graph, stream, new OLora.Builder().build(), 1);
        return assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    }

    private static double overlap(ComputationGraph graph) {
        List<Adapter> adapters = Increments.of(graph);
        return new SubspacePenalty(
                        graph.params(),
                        adapters.get(2),
                        adapters.subList(0, 2),
                        Overlap.SQUARED,
                        1,
                        0)
                .value(graph.params());
    }

    private ContinualResult run(ContinualMethod method) {
        return Trials.train(toy(DataType.FLOAT), stream, method, 120).build().run();
    }

    private static ComputationGraph toy(DataType type) {
        return LowRankToy.graph(3, type, new Adam(0.01), 0, 0);
    }
}
