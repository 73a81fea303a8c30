package org.dl4jplugins.align.lora;

import static org.dl4jplugins.align.lora.AdapterNets.config;
import static org.dl4jplugins.align.lora.AdapterNets.data;
import static org.dl4jplugins.align.lora.AdapterNets.difference;
import static org.dl4jplugins.align.lora.AdapterNets.input;
import static org.dl4jplugins.align.lora.AdapterNets.lora;
import static org.dl4jplugins.align.lora.AdapterNets.plain;
import static org.dl4jplugins.align.lora.AdapterNets.randomize;
import static org.dl4jplugins.align.lora.AdapterNets.two;
import static org.dl4jplugins.align.lora.AdapterNets.values;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Several named adapters on one base. */
@SuppressWarnings("try") // scopes are closed, not used
class AdaptersTest {
    private static final DataType D = DataType.DOUBLE;

    @Test
    void namesSwitchesAndSums() {
        ComputationGraph graph = two(D);
        var adapters = Adapters.of(graph);
        assertEquals(List.of("one", "two"), adapters.names());
        assertEquals(List.of("two"), adapters.active());
        assertEquals(List.of("two"), adapters.trained());
        INDArray x = input(D, 6, 4);
        // The first layer alone is linear before its activation: sums are seen there.
        INDArray base;
        try (DisabledAdapters off = adapters.disable()) {
            base = beforeTanh(graph, x);
        }
        adapters.activate("one");
        INDArray one = beforeTanh(graph, x).subi(base);
        adapters.activate("two");
        INDArray two = beforeTanh(graph, x).subi(base);
        assertTrue(difference(one, two) > 0.1);
        adapters.activate("one", "two");
        assertTrue(difference(beforeTanh(graph, x).subi(base), one.add(two)) < 1e-9);
        adapters.weight("one", -0.5);
        assertTrue(difference(beforeTanh(graph, x).subi(base), two.sub(one.mul(0.5))) < 1e-9);
        adapters.activate();
        assertEquals(0, difference(beforeTanh(graph, x), base));
        assertEquals(List.of(), adapters.active());
    }

    private static INDArray beforeTanh(ComputationGraph graph, INDArray x) {
        return org.nd4j.linalg.ops.transforms.Transforms.atanh(
                graph.feedForward(x, false).get("a"));
    }

    @Test
    void unknownNamesAreRefusedBeforeAnythingChanges() {
        var adapters = Adapters.of(two(D));
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> adapters.activate("one", "three"));
        assertTrue(e.getMessage().contains("three") && e.getMessage().contains("[one, two]"));
        assertEquals(List.of("two"), adapters.active());
        assertThrows(IllegalArgumentException.class, () -> adapters.weight("two", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> adapters.remove("three"));
        assertThrows(IllegalArgumentException.class, () -> adapters.train("three"));
        assertThrows(IllegalArgumentException.class, () -> adapters.add(config("two", 2).build()));
        IllegalArgumentException plain =
                assertThrows(IllegalArgumentException.class, () -> Adapters.of(plain(D)));
        assertTrue(plain.getMessage().contains("LoraTransformer returns a new network"));
    }

    @Test
    void disabledIsTheBaseExactlyAndComesBackOnExceptions() {
        for (DataType type : List.of(DataType.FLOAT, D)) {
            for (boolean dora : new boolean[] {false, true}) {
                ComputationGraph original = plain(type);
                ComputationGraph graph = lora(original, config("one", 2).dora(dora));
                randomize(graph, 3);
                var adapters = Adapters.of(graph);
                adapters.weight("one", 0.7);
                INDArray x = input(type, 6, 4);
                INDArray expected = graph.outputSingle(x).dup();
                String conf = graph.getConfiguration().toJson();
                DisabledAdapters outer = adapters.disable();
                try (DisabledAdapters inner = adapters.disable()) {
                    assertEquals(
                            lora(original, config("x", 1)).outputSingle(x), graph.outputSingle(x));
                    assertTrue(difference(original.outputSingle(x), graph.outputSingle(x)) < 1e-6);
                }
                assertEquals(List.of(), adapters.active());
                outer.close();
                outer.close();
                assertEquals(expected, graph.outputSingle(x));
                assertThrows(
                        IllegalStateException.class,
                        () -> {
                            try (DisabledAdapters off = adapters.disable()) {
                                throw new IllegalStateException("inside");
                            }
                        });
                assertEquals(expected, graph.outputSingle(x));
                assertEquals(conf, graph.getConfiguration().toJson());
            }
        }
    }

    @Test
    void anAddedAdapterMustNotChangeWhatOthersShare() {
        ComputationGraph graph = lora(plain(D), config("one", 2));
        var adapters = Adapters.of(graph);
        for (LoraConfig.Builder wrong :
                List.of(
                        config("two", 2).bias(BiasMode.ALL),
                        config("two", 2).init(LoraInit.PISSA),
                        config("two", 2).modulesToSave("head"))) {
            assertThrows(IllegalArgumentException.class, () -> adapters.add(wrong.build()));
        }
        ComputationGraph head = lora(plain(D), config("one", 2).modulesToSave("head"));
        LoraConfig onHead =
                new LoraConfig.Builder().adapterName("two").targets("head").rank(2).build();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Adapters.of(head).add(onHead));
        assertTrue(e.getMessage().contains("head is trained fully"), e.getMessage());
        ComputationGraph more = Adapters.of(graph).add(onHead);
        assertEquals(
                List.of("W"), ((LoraRuntime) more.getLayer("head")).layerConf().adaptedMatrices());
    }

    @Test
    void removedAdaptersLeaveTheOthersAlone() {
        ComputationGraph both = two(D);
        Adapters.of(both).activate("one");
        INDArray x = input(D, 6, 4);
        INDArray one = both.outputSingle(x);
        ComputationGraph left = Adapters.of(both).remove("two");
        assertEquals(List.of("one"), Adapters.of(left).names());
        assertEquals(one, left.outputSingle(x));
        assertTrue(left.numParams() < both.numParams());
        ComputationGraph again = Adapters.of(left).add(config("three", 2).build());
        assertEquals(values(both, "0"), values(again, "0"));
        assertEquals(List.of("one", "three"), Adapters.of(again).names());
        ComputationGraph none = Adapters.of(left).remove("one");
        assertEquals(List.of(), Adapters.of(none).names());
        try (DisabledAdapters off = Adapters.of(left).disable()) {
            assertEquals(left.outputSingle(x), none.outputSingle(x));
        }
        assertEquals(
                List.of("again"),
                Adapters.of(Adapters.of(none).add(config("again", 2).build())).names());
    }

    @Test
    void cloneAndFileKeepAdaptersSwitchesAndState(@TempDir Path folder) throws Exception {
        ComputationGraph graph = two(D);
        graph.fit(data(D));
        Adapters.of(graph).weight("one", 0.3);
        ((LoraRuntime) graph.getLayer("a")).layerConf().mask("W", 0.6);
        INDArray x = input(D, 6, 4);
        INDArray expected = graph.outputSingle(x);
        ComputationGraph copy = graph.clone();
        Path file = folder.resolve("graph.zip");
        ModelSerializer.writeModel(graph, file.toFile(), true);
        ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file.toFile(), true);
        for (ComputationGraph other : List.of(copy, loaded)) {
            assertEquals(expected, other.outputSingle(x));
            assertEquals(List.of("one", "two"), Adapters.of(other).active());
            assertEquals(List.of("two"), Adapters.of(other).trained());
            assertEquals(
                    graph.getUpdater().getUpdaterStateViewArray(),
                    other.getUpdater().getUpdaterStateViewArray());
            Adapters.of(other).activate();
        }
        assertEquals(expected, graph.outputSingle(x), "copies are switched on their own");
    }

    @Test
    void networksAreHandledLikeGraphs() {
        MultiLayerNetwork network =
                new LoraTransformer.Builder(AdapterNets.pixels())
                        .kind(new AdapterNets.ConvolutionKindForTest())
                        .config(config("one", 2).build())
                        .build()
                        .transformNetwork();
        MultiLayerNetwork both = Adapters.of(network).add(config("two", 1).build());
        assertEquals(List.of("one", "two"), Adapters.of(both).names());
        INDArray x = input(D, 3, 2, 4, 4);
        assertTrue(difference(network.output(x), both.output(x)) < 1e-12);
        Map<String, INDArray> one = values(both, "0");
        both.fit(x, input(D, 3, 2));
        assertEquals(one, values(both, "0"));
        MultiLayerNetwork trained = Adapters.of(both).train("one", "two");
        trained.fit(x, input(D, 3, 2));
        assertNotEquals(one, values(trained, "0"));
        assertEquals(both.output(x), Adapters.of(both).remove("one").output(x));
    }

    @Test
    void statusTellsWhatIsNotApplied() {
        ComputationGraph graph = lora(plain(D), config("one", 2));
        var adapters = Adapters.of(graph);
        AdapterReport fresh = adapters.status();
        assertEquals(2, fresh.silent().size());
        assertEquals("B is zero", fresh.rows().get(0).reason());
        assertTrue(fresh.problems().get(0).contains("is active but changes nothing"));
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> fresh.requireApplied("one"));
        assertTrue(e.getMessage().contains("a.W (B is zero), b.W (B is zero)"), e.getMessage());
        randomize(graph, 1);
        AdapterStatus row = adapters.status().rows().get(1);
        LoraRuntime b = (LoraRuntime) graph.getLayer("b");
        LoraIncrement i = b.layerConf().getIncrements().get(0);
        INDArray change = b.getParam(i.keyA()).mmul(b.getParam(i.keyB())).muli(1.5);
        assertEquals(change.norm2Number().doubleValue(), row.normChange(), 1e-9);
        assertEquals(2, row.rank());
        assertTrue(adapters.status().problems().isEmpty());
        b.layerConf().mask("W", 0);
        assertEquals("mask is 0", adapters.status().rows().get(1).reason());
        assertTrue(
                adapters.status().problems().get(0).contains("learns but has no gradient on b.W"));
        adapters.activate();
        String text = adapters.status().toString();
        assertTrue(text.contains("switched off"), text);
        assertTrue(text.contains("No adapter is active"), text);
        assertTrue(
                Adapters.of(adapters.train()).status().problems().stream()
                        .anyMatch(p -> p.startsWith("Nothing trains")));
        b.getParam(i.keyB()).putScalar(0, Double.NaN);
        b.layerConf().mask("W", 1);
        adapters.activate("one");
        assertTrue(adapters.status().problems().get(0).contains("is not usable on b.W"));
    }
}
