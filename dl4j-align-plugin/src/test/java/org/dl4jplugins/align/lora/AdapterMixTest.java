package org.dl4jplugins.align.lora;

import static org.dl4jplugins.align.lora.AdapterNets.config;
import static org.dl4jplugins.align.lora.AdapterNets.difference;
import static org.dl4jplugins.align.lora.AdapterNets.lora;
import static org.dl4jplugins.align.lora.AdapterNets.plain;
import static org.dl4jplugins.align.lora.AdapterNets.randomize;
import static org.dl4jplugins.align.lora.AdapterNets.two;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** New adapters made of others. */
class AdapterMixTest {
    private static final DataType D = DataType.DOUBLE;

    /** W + changes, of the first layer. */
    private static INDArray weights(ComputationGraph graph) {
        return LoraMerge.merge(graph).getLayer("a").getParam("W").dup();
    }

    private static INDArray change(ComputationGraph graph, String adapter) {
        Adapters.of(graph).activate(adapter);
        return weights(graph).sub(plain(D).getLayer("a").getParam("W"));
    }

    @Test
    void concatenationIsTheWeightedSumOfAnyRanks() {
        ComputationGraph one = lora(plain(D), config("one", 2));
        LoraConfig onlyA = config("two", 3).allLinear().exclude("b").rsLora(true).build();
        ComputationGraph graph = Adapters.of(one).add(onlyA);
        randomize(graph, 4);
        ComputationGraph mixed =
                Adapters.of(graph)
                        .weightedMerge(
                                new AdapterMix.Builder("sum")
                                        .adapter("two", 0.5)
                                        .adapter("one", -2)
                                        .method(MixMethod.CAT)
                                        .build());
        assertEquals(List.of("one", "two", "sum"), Adapters.of(mixed).names());
        assertEquals(List.of("sum"), Adapters.of(mixed).active());
        assertEquals(List.of("two"), Adapters.of(mixed).trained());
        INDArray expected = change(graph, "two").mul(0.5).sub(change(graph, "one").mul(2));
        assertTrue(difference(expected, change(mixed, "sum")) < 1e-12);
        assertEquals(change(graph, "one"), change(mixed, "one"));
        List<LoraIncrement> b = ((LoraRuntime) mixed.getLayer("b")).layerConf().getIncrements();
        assertEquals(2, b.get(1).getRank());
        assertEquals(1, b.get(1).getScaling());
    }

    @Test
    void linearHasTheSquareRootsOnBothSides() {
        ComputationGraph graph = two(D);
        ComputationGraph mixed =
                Adapters.of(graph)
                        .weightedMerge(
                                new AdapterMix.Builder("mix")
                                        .adapter("one", 0.7)
                                        .adapter("two", 0.3)
                                        .build());
        INDArray a = Nd4j.zeros(D, 4, 2);
        INDArray b = Nd4j.zeros(D, 2, 5);
        double[] weights = {0.7, 0.3};
        for (int i = 0; i < 2; i++) {
            double root = Math.sqrt(weights[i] * 1.5);
            a.addi(graph.getLayer("a").getParam("W.loraA." + i).mul(root));
            b.addi(graph.getLayer("a").getParam("W.loraB." + i).mul(root));
        }
        assertTrue(difference(a.mmul(b), change(mixed, "mix")) < 1e-12);
        // of one adapter it is that adapter
        ComputationGraph half =
                Adapters.of(graph)
                        .weightedMerge(
                                new AdapterMix.Builder("half")
                                        .adapter("one", 0.5)
                                        .method(MixMethod.TIES)
                                        .build());
        assertTrue(difference(change(graph, "one").mul(0.5), change(half, "half")) < 1e-12);
    }

    /** Expected values are from the definition in PyTorch, in double precision. */
    @ParameterizedTest
    @CsvSource({
        "0.5, TOTAL, 0.45 -0.9 -2.2 1.2 0.9 0.0",
        "0.5, FREQUENCY, -0.6 -0.9 0.25 1.2 0.9 0.0",
        "0.7, TOTAL, 0.45 -0.9 -2.2 1.2 0.9 0.3375",
        "0.7, FREQUENCY, -0.6 0.5 0.25 1.2 0.9 0.3375",
        "1.0, TOTAL, 0.45 -0.5 -2.2 -0.375 0.475 0.325",
        "1.0, FREQUENCY, -0.6 -0.5 0.275 -0.375 0.475 0.325"
    })
    void tiesTrimsElectsAndAverages(double density, MajoritySign sign, String expected) {
        List<INDArray> arrays =
                List.of(
                        Nd4j.createFromArray(new double[][] {{0.9, -0.2, 0.5}, {-0.7, 0.1, 0.3}}),
                        Nd4j.createFromArray(
                                new double[][] {{-0.4, -0.6, 0.2}, {0.8, -0.05, 0.35}}),
                        Nd4j.createFromArray(
                                new double[][] {{-0.3, 0.25, -1.1}, {-0.2, 0.45, 0.15}}));
        double[] weights = {0.5, 1.5, 2};
        double[] values =
                java.util.Arrays.stream(expected.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
        INDArray merged = Mixing.ties(arrays, weights, density, sign);
        assertArrayEquals(new long[] {2, 3}, merged.shape());
        assertArrayEquals(values, merged.reshape(6).toDoubleVector(), 1e-9);
        // another memory order is the same array
        List<INDArray> columns = arrays.stream().map(a -> a.dup('f')).toList();
        assertEquals(merged, Mixing.ties(columns, weights, density, sign));
    }

    @Test
    void tiesOfAdaptersIsTiesOfTheirFactors() {
        ComputationGraph graph = two(D);
        ComputationGraph mixed =
                Adapters.of(graph)
                        .weightedMerge(
                                new AdapterMix.Builder("ties")
                                        .adapter("one", 1)
                                        .adapter("two", 2)
                                        .method(MixMethod.TIES)
                                        .density(0.6)
                                        .majoritySign(MajoritySign.FREQUENCY)
                                        .build());
        for (String key : List.of("W.loraA.", "W.loraB.")) {
            List<INDArray> parts =
                    List.of(
                            graph.getLayer("b").getParam(key + 0),
                            graph.getLayer("b").getParam(key + 1));
            assertEquals(
                    Mixing.ties(
                            parts,
                            new double[] {Math.sqrt(1.5), Math.sqrt(3)},
                            0.6,
                            MajoritySign.FREQUENCY),
                    mixed.getLayer("b").getParam(key + 2));
        }
    }

    @Test
    void whatCannotBeMixedIsRefused() {
        ComputationGraph ranks =
                Adapters.of(lora(plain(D), config("one", 2))).add(config("two", 3).build());
        AdapterMix.Builder both = new AdapterMix.Builder("mix").adapter("one", 1).adapter("two", 1);
        for (MixMethod method : List.of(MixMethod.LINEAR, MixMethod.TIES)) {
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Adapters.of(ranks).weightedMerge(both.method(method).build()));
            assertTrue(e.getMessage().contains("a.W adapter one has rank 2 and two 3"));
        }
        ComputationGraph dora =
                Adapters.of(lora(plain(D), config("one", 2)))
                        .add(config("two", 2).dora(true).build());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Adapters.of(dora).weightedMerge(both.build()));
        assertTrue(e.getMessage().contains("DoRA"), e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        Adapters.of(ranks)
                                .weightedMerge(
                                        new AdapterMix.Builder("one").adapter("two", 1).build()));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        Adapters.of(ranks)
                                .weightedMerge(
                                        new AdapterMix.Builder("mix").adapter("3", 1).build()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdapterMix.Builder("mix").adapter("one", -1).build());
        assertThrows(IllegalArgumentException.class, () -> new AdapterMix.Builder("mix").build());
        assertThrows(IllegalArgumentException.class, () -> new AdapterMix.Builder("a.b"));
        assertThrows(IllegalArgumentException.class, () -> both.adapter("one", 2));
        assertThrows(IllegalArgumentException.class, () -> both.density(0));
    }
}
