package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Methods by name. */
class BalancersTest {

    static Stream<String> names() {
        return Balancers.names().stream();
    }

    /** The summed loss after training divided by that before. */
    private static double progress(
            ComputationGraph graph, GradientBalancer.Builder builder, MultiDataSet batch) {
        graph.addListeners(builder.build());
        double before = graph.score(batch);
        for (int step = 0; step < 60; step++) {
            graph.fit(batch);
        }
        return graph.score(batch) / before;
    }

    private static INDArray train(GradientBalancer.Builder builder) {
        ComputationGraph graph = Toy.perceptron(2, new Sgd(0.1), 0);
        graph.addListeners(builder.build());
        graph.fit(Toy.batch(2, 6, 1));
        return graph.params().dup();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyMethodTrains(String name) {
        Map<String, Object> parameters =
                name.equals("constant") ? Map.of("weights", List.of(1, 2)) : Map.of();
        assertLearns(Balancers.byName(name, parameters));
        Map<String, Object> perLayer = new HashMap<>(parameters);
        perLayer.put("scope", "per_layer");
        assertLearns(Balancers.byName(name, perLayer));
    }

    private static void assertLearns(GradientBalancer.Builder builder) {
        ComputationGraph graph = Toy.perceptron(2, new Sgd(0.1), 0);
        double left = progress(graph, builder, Toy.batch(2, 6, 1));
        assertTrue(left < 0.3, "left of the loss: " + left);
    }

    /** Single precision: Gramians carry rounding of 1e-7, methods must not mind. */
    @ParameterizedTest
    @MethodSource("names")
    void everyMethodTrainsInSinglePrecision(String name) {
        Map<String, Object> parameters =
                name.equals("constant") ? Map.of("weights", List.of(1, 2, 3)) : Map.of();
        ComputationGraph graph = Toy.branches(3, DataType.FLOAT, 1);
        double left = progress(graph, Balancers.byName(name, parameters), Toy.batch(3, 6, 0));
        assertTrue(left < 0.5, "left of the loss: " + left);
    }

    @Test
    void parametersReachTheMethod() {
        assertEquals(
                train(new GradientBalancer.Builder().weighting(new CAGrad(0.7, 2)).multiplier(2)),
                train(
                        Balancers.byName(
                                "cagrad", Map.of("c", 0.7, "rescale", 2, "multiplier", 2.0))));
        assertEquals(
                train(
                        new GradientBalancer.Builder()
                                .weighting(new MGDA(MGDA.Normalization.LOSS_PLUS))),
                train(Balancers.byName("mgda", Map.of("normalization", "loss_plus"))));
        assertEquals(
                train(
                        new GradientBalancer.Builder()
                                .aggregator(
                                        new GradDrop.Builder().mean(true).leak(0.5, 1).build())),
                train(Balancers.byName("graddrop", Map.of("mean", true, "leak", List.of(0.5, 1)))));
    }

    @Test
    void knowsTheMethodsOfTheField() {
        assertTrue(
                Balancers.names()
                        .containsAll(
                                Set.of(
                                        "ew",
                                        "rlw",
                                        "uw",
                                        "dwa",
                                        "gls",
                                        "gradnorm",
                                        "mgda",
                                        "pcgrad",
                                        "gradvac",
                                        "graddrop",
                                        "imtl",
                                        "cagrad",
                                        "nashmtl",
                                        "alignedmtl",
                                        "famo",
                                        "fairgrad",
                                        "upgrad",
                                        "dualproj",
                                        "stch")));
    }

    private static void refuses(String part, String name, Map<String, ?> parameters) {
        Exception e =
                assertThrows(
                        IllegalArgumentException.class, () -> Balancers.byName(name, parameters));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void saysWhatIsWrong() {
        refuses("\"cagard\"", "cagard", Map.of());
        refuses("no parameter \"alpha\": expected one of [c, ", "cagrad", Map.of("alpha", 1));
        refuses("c = -1", "cagrad", Map.of("c", -1));
        refuses("is much: expected a number", "cagrad", Map.of("c", "much"));
        refuses("a whole number", "cagrad", Map.of("rescale", 0.5));
        refuses("[none, l2, loss, loss_plus]", "mgda", Map.of("normalization", "l3"));
        refuses("a list of numbers", "dualproj", Map.of("preference", 3));
        refuses("true or false", "graddrop", Map.of("mean", 1));
        refuses("learningRate = 0", "uw", Map.of("learningRate", 0));
        refuses("weights is empty", "constant", Map.of());
    }
}
