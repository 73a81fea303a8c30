package org.dl4jplugins.align.lora;

import static org.dl4jplugins.align.lora.AdapterNets.config;
import static org.dl4jplugins.align.lora.AdapterNets.data;
import static org.dl4jplugins.align.lora.AdapterNets.difference;
import static org.dl4jplugins.align.lora.AdapterNets.input;
import static org.dl4jplugins.align.lora.AdapterNets.lora;
import static org.dl4jplugins.align.lora.AdapterNets.plain;
import static org.dl4jplugins.align.lora.AdapterNets.randomize;
import static org.dl4jplugins.align.lora.AdapterNets.two;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Merging into plain networks and in place. */
@SuppressWarnings("try") // scopes are closed, not used
class LoraMergeTest {
    private static final DataType D = DataType.DOUBLE;

    @ParameterizedTest
    @CsvSource({
        "DOUBLE, false, INSIDE, 1e-12",
        "DOUBLE, true, INSIDE, 1e-12",
        "DOUBLE, false, SHARED, 1e-12",
        "FLOAT, true, INSIDE, 2e-6",
        "FLOAT, false, INSIDE, 2e-6"
    })
    void mergedIsUnmerged(DataType type, boolean dora, BasePlacement base, double tolerance) {
        ComputationGraph graph =
                lora(plain(type), config("one", 2).dora(dora).dropout(0.3).base(base));
        ComputationGraph both = Adapters.of(graph).add(config("two", 3).rsLora(true).build());
        randomize(both, 2);
        Adapters.of(both).weight("one", -0.7);
        ((LoraRuntime) both.getLayer("a")).layerConf().mask("W", 0.4);
        ComputationGraph scored =
                LoraNetworks.rebuild(both, layer -> layer.toBuilder().scores(0.8).build());
        for (ComputationGraph unmerged : List.of(both, scored)) {
            INDArray x = input(type, 6, 4);
            INDArray before = unmerged.outputSingle(x).dup();
            ComputationGraph merged = LoraMerge.merge(unmerged);
            MergeReport report = MergeReport.compare(unmerged, merged, x);
            report.requireAtMost(tolerance);
            assertTrue(difference(merged.outputSingle(x), plain(type).outputSingle(x)) > 1e-2);
            assertEquals(before, unmerged.outputSingle(x));
            assertEquals(plain(type).getConfiguration(), merged.getConfiguration());
        }
    }

    @Test
    void mergedIsPlainAndLoadsWithoutIncrements(@TempDir Path folder) throws Exception {
        ComputationGraph graph = lora(plain(D), config("one", 2).modulesToSave("head"));
        for (int i = 0; i < 10; i++) {
            graph.fit(data(D));
        }
        ComputationGraph merged = LoraMerge.merge(graph);
        assertEquals(plain(D).numParams(), merged.numParams());
        assertFalse(merged.getConfiguration().toJson().contains("align.lora"));
        Path file = folder.resolve("merged.zip");
        ModelSerializer.writeModel(merged, file.toFile(), true);
        ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file.toFile(), true);
        INDArray x = input(D, 6, 4);
        assertEquals(merged.outputSingle(x), loaded.outputSingle(x));
        MergeReport.compare(graph, loaded, x).requireAtMost(1e-12);
        merged.fit(data(D));
        assertTrue(difference(merged.outputSingle(x), loaded.outputSingle(x)) > 1e-4);
        // it can be adapted again
        ComputationGraph next = lora(loaded, config("next", 2));
        assertEquals(0, difference(next.outputSingle(x), loaded.outputSingle(x)), 1e-12);
    }

    @Test
    void unloadedIsTheBase() {
        ComputationGraph graph = two(D);
        ComputationGraph base = LoraMerge.unload(graph);
        assertEquals(plain(D).params(), base.params());
        assertEquals(
                plain(D).params(),
                LoraMerge.unload(Adapters.of(Adapters.of(graph).remove("one")).remove("two"))
                        .params());
        assertThrows(IllegalArgumentException.class, () -> LoraMerge.unload(base));
    }

    @Test
    void mergingNothingIsRefused() {
        ComputationGraph graph = two(D);
        Adapters.of(graph).activate();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> LoraMerge.merge(graph));
        assertTrue(e.getMessage().contains("unload()"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> LoraMerge.mergeInPlace(graph));
        assertThrows(IllegalArgumentException.class, () -> LoraMerge.merge(plain(D)));
    }

    @Test
    void inPlaceIsUndoneBitByBit() {
        for (DataType type : List.of(DataType.FLOAT, D)) {
            ComputationGraph graph = two(type);
            Adapters.of(graph).activate("one", "two");
            INDArray params = graph.params().dup();
            INDArray x = input(type, 6, 4);
            INDArray unmerged = graph.outputSingle(x).dup();
            MergedInPlace merged = LoraMerge.mergeInPlace(graph);
            assertEquals(List.of("a.W", "b.W"), merged.matrices());
            INDArray once = graph.outputSingle(x).dup();
            MergeReport.of(List.of("head"), new INDArray[] {unmerged}, new INDArray[] {once})
                    .requireAtMost(2e-6);
            assertEquals(List.of(), Adapters.of(graph).active());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> LoraMerge.mergeInPlace(graph),
                    "merging twice would change nothing");
            assertEquals(once, graph.outputSingle(x));
            IllegalStateException e =
                    assertThrows(
                            IllegalStateException.class, () -> Adapters.of(graph).activate("one"));
            assertTrue(e.getMessage().contains("unmerge()"), e.getMessage());
            assertThrows(IllegalStateException.class, () -> Adapters.of(graph).disable());
            merged.unmerge();
            merged.unmerge();
            assertEquals(params, graph.params());
            assertEquals(unmerged, graph.outputSingle(x));
            assertEquals(List.of("one", "two"), Adapters.of(graph).active());
        }
    }

    @Test
    void trainingWhileMergedIsReported() {
        ComputationGraph graph = two(D);
        MergedInPlace merged = LoraMerge.mergeInPlace(graph);
        graph.fit(data(D));
        IllegalStateException e = assertThrows(IllegalStateException.class, merged::unmerge);
        assertTrue(e.getMessage().contains("merged into the base"), e.getMessage());
        assertEquals(List.of("two"), Adapters.of(graph).active());
    }

    @Test
    void sharedBasesAreNotChangedInPlace() {
        ComputationGraph original = plain(D);
        ComputationGraph graph = lora(original, config("one", 2).base(BasePlacement.SHARED));
        randomize(graph, 1);
        INDArray params = original.params().dup();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> LoraMerge.mergeInPlace(graph));
        assertTrue(e.getMessage().contains("\"a\""), e.getMessage());
        LoraMerge.merge(graph);
        assertEquals(params, original.params());
    }

    @Test
    void whatIsNotFiniteIsNamedAndNothingChanges() {
        ComputationGraph graph = two(D);
        Adapters.of(graph).activate("one", "two");
        graph.getLayer("b").getParam("W.loraA.1").putScalar(3, Double.NaN);
        graph.getLayer("a").getParam("W").putScalar(0, Double.POSITIVE_INFINITY);
        double[] params = graph.params().dup().data().asDouble();
        for (Runnable merge :
                List.<Runnable>of(
                        () -> LoraMerge.merge(graph), () -> LoraMerge.mergeInPlace(graph))) {
            IllegalStateException e = assertThrows(IllegalStateException.class, merge::run);
            assertTrue(e.getMessage().contains("layer \"a\", base matrix W;"), e.getMessage());
            assertTrue(
                    e.getMessage().contains("layer \"b\", A of W of adapter \"two\""),
                    e.getMessage());
            assertArrayEquals(params, graph.params().dup().data().asDouble());
            assertEquals(List.of("one", "two"), Adapters.of(graph).active());
        }
        graph.getLayer("a").getParam("W").putScalar(0, 0);
        Adapters.of(graph).activate("one");
        LoraMerge.merge(graph); // what is off does not count
    }

    @Test
    void overflowOfTheSumIsFound() {
        ComputationGraph graph = lora(plain(DataType.FLOAT), config("one", 2));
        graph.getLayer("b").getParam("W.loraA.0").assign(1e25);
        graph.getLayer("b").getParam("W.loraB.0").assign(1e25);
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> LoraMerge.merge(graph));
        assertTrue(e.getMessage().contains("\"b\", sum of base and increments of W"));
    }

    @Test
    void matricesThatAreViewsOfOtherShapes() {
        MultiLayerNetwork original = AdapterNets.pixels();
        MultiLayerNetwork network =
                new LoraTransformer.Builder(original)
                        .kind(new AdapterNets.ConvolutionKindForTest())
                        .config(config("one", 2).build())
                        .build()
                        .transformNetwork();
        LoraRuntime conv = (LoraRuntime) network.getLayer(0);
        AdapterNets.fill(conv.getParam("W.loraB.0"), new Random(4));
        INDArray x = input(D, 3, 2, 4, 4);
        INDArray unmerged = network.output(x).dup();
        MultiLayerNetwork merged = LoraMerge.merge(network);
        MergeReport.compare(network, merged, x).requireAtMost(1e-12);
        assertTrue(difference(original.output(x), merged.output(x)) > 1e-2);
        assertEquals(original.getLayerWiseConfigurations(), merged.getLayerWiseConfigurations());
        INDArray params = network.params().dup();
        try (MergedInPlace inPlace = LoraMerge.mergeInPlace(network)) {
            assertTrue(difference(unmerged, network.output(x)) < 1e-12);
            assertFalse(params.equals(network.params()));
        }
        assertEquals(params, network.params());
        assertEquals(original.params(), LoraMerge.unload(network).params());
    }

    @Test
    void differencesAreLocated() {
        ComputationGraph graph = two(D);
        ComputationGraph merged = LoraMerge.merge(graph);
        Adapters.of(graph).activate("one");
        MergeReport report = MergeReport.compare(graph, merged, input(D, 6, 4));
        MergeReport.Output o = report.outputs().get(0);
        assertEquals(Math.abs(o.unmerged() - o.merged()), o.maxDifference(), 1e-15);
        long[] where = o.where().stream().mapToLong(Long::longValue).toArray();
        assertEquals(o.unmerged(), graph.outputSingle(input(D, 6, 4)).getDouble(where), 1e-15);
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> report.requireAtMost(1e-3));
        assertTrue(e.getMessage().contains("\"head\""), e.getMessage());
        INDArray bad = graph.outputSingle(input(D, 6, 4)).dup().putScalar(1, Double.NaN);
        MergeReport nan =
                MergeReport.of(
                        List.of("head"),
                        new INDArray[] {graph.outputSingle(input(D, 6, 4))},
                        new INDArray[] {bad});
        assertEquals(Double.POSITIVE_INFINITY, nan.maxDifference());
        assertThrows(IllegalStateException.class, () -> nan.requireAtMost(1e9));
        assertTrue(report.toString().contains("differ by at most"));
    }
}
