package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.dl4jplugins.align.transformer.TokenStates;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.core.testing.LayerBattery;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.uvit.NoiseLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class AdapterTest {
    private static final AdapterConfig SMALL =
            new AdapterConfig.Builder(4, 5).hidden(6).encoder(2, 2, 7).build();

    private static NeuralNetConfiguration.Builder training(DataType type) {
        return new NeuralNetConfiguration.Builder().seed(1).dataType(type).updater(new Adam(1e-2));
    }

    /** An adapter none of whose weights is zero. */
    private static Adapter shaken(DataType type) {
        Adapter adapter = Adapter.create(SMALL, training(type));
        INDArray params = adapter.graph().params();
        params.addi(random(9, params.shape()).castTo(type).muli(0.4));
        return adapter;
    }

    private static INDArray random(long seed, long... shape) {
        return new NoiseSource(seed).normal(DataType.DOUBLE, shape);
    }

    @Test
    void computesWhatLoopsOverNumbersCompute() {
        Adapter adapter = shaken(DataType.DOUBLE);
        INDArray states = random(1, 2, 3, 4);
        INDArray language = random(2, 2, 5, 5);
        INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1, 1, 1}, {0, 0, 1, 1, 1}});
        INDArray condition = adapter.condition(states, new TokenStates(language, mask));
        assertArrayEquals(new long[] {2, 3, 4}, condition.shape());
        AdapterTwin twin = new AdapterTwin(adapter);
        for (int b = 0; b < 2; b++) {
            double[][] words = language.slice(b).toDoubleMatrix();
            double[][] visible = java.util.Arrays.copyOfRange(words, 2 * b, 5);
            double[][] expected = twin.condition(states.slice(b).toDoubleMatrix(), visible);
            for (int t = 0; t < 3; t++) {
                assertArrayEquals(
                        expected[t], condition.slice(b).getRow(t).toDoubleVector(), 1e-10);
            }
        }
    }

    @Test
    void singlePrecisionAgreesAndPaddingDoesNotMatter() {
        Adapter exact = shaken(DataType.DOUBLE);
        Adapter adapter = Adapter.create(SMALL, training(DataType.FLOAT));
        adapter.graph().setParams(exact.graph().params().castTo(DataType.FLOAT));
        INDArray states = random(1, 2, 3, 4);
        INDArray language = random(2, 2, 5, 5);
        INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1, 1, 1}, {0, 0, 1, 1, 1}});
        INDArray expected = exact.condition(states, new TokenStates(language, mask));
        INDArray other = language.dup();
        other.slice(1).getRow(0).assign(77);
        INDArray condition = adapter.condition(states, new TokenStates(other, mask));
        assertTrue(expected.equalsWithEps(condition.castTo(DataType.DOUBLE), 1e-5));
    }

    @Test
    void atFirstTheLanguageModelHasNoSay() {
        Adapter adapter = Adapter.create(SMALL, training(DataType.DOUBLE));
        INDArray states = random(1, 2, 3, 4);
        INDArray condition = adapter.condition(states, new TokenStates(random(2, 2, 5, 5), null));
        assertTrue(states.mul(0.8).equalsWithEps(condition, 1e-12));
    }

    @Test
    void battery() {
        INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1}, {0, 1, 1}});
        LayerBattery.of(AdapterTest::trained)
                .inputs(random(1, 2, 2, 4), random(2, 2, 3, 5))
                .featureMasks(null, mask)
                .labels(random(3, 2, 2, 4))
                .run();
    }

    private static ComputationGraphConfiguration trained() {
        AdapterConfig tiny = new AdapterConfig.Builder(4, 5).hidden(3).encoder(1, 2, 3).build();
        GraphBuilder graph = training(DataType.FLOAT).graphBuilder().addInputs("states", "words");
        String condition = new AdapterParts(graph, tiny).add("states", "words");
        graph.addLayer("loss", new NoiseLoss.Builder().build(), condition);
        return graph.setOutputs("loss").build();
    }

    @Test
    void savedUnderTheNamesOfThePublishedModules(@TempDir Path folder) throws IOException {
        Adapter adapter = shaken(DataType.FLOAT);
        Path file = folder.resolve("adapter.safetensors");
        adapter.save(file);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertArrayEquals(new long[] {6, 5}, tensors.shape("mlp.fc1.weight"));
            assertArrayEquals(
                    new long[] {12, 4},
                    tensors.shape("transformer_encoder.layers.1.self_attn.in_proj_weight"));
            assertArrayEquals(
                    new long[] {4}, tensors.shape("transformer_encoder.layers.0.norm2.weight"));
            assertTrue(tensors.contains("attention.output_layer.2.bias"));
            assertEquals(2 * 12 + 4 + 10 + 2, tensors.names().size());
            INDArray k =
                    adapter.graph()
                            .getLayer("adapter.transformer_encoder.layers.1.self_attn.k")
                            .getParam("W");
            INDArray all =
                    tensors.read(
                            "transformer_encoder.layers.1.self_attn.in_proj_weight",
                            DataType.FLOAT);
            assertEquals(k.getFloat(1, 2), all.getFloat(4 + 2, 1));
        }
        Adapter again = Adapter.create(SMALL, training(DataType.FLOAT).seed(5));
        again.load(file);
        assertEquals(adapter.graph().params(), again.graph().params());
    }

    @Test
    void otherFilesAreRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("other.safetensors");
        SafeTensorsWriter.write(file, Map.of("mlp.fc1.weight", Nd4j.zeros(2, 2)), Map.of());
        Adapter adapter = Adapter.create(SMALL, training(DataType.FLOAT));
        INDArray before = adapter.graph().params().dup();
        String message =
                assertThrows(IllegalArgumentException.class, () -> adapter.load(file)).getMessage();
        assertTrue(
                message.contains("mlp.fc1.weight has shape [2, 2], the configuration gives [6, 5]"),
                message);
        assertTrue(message.contains("is missing"), message);
        assertEquals(before, adapter.graph().params());
    }

    @Test
    void otherShapesAreRefused() {
        Adapter adapter = Adapter.create(SMALL, training(DataType.FLOAT));
        TokenStates words = new TokenStates(Nd4j.zeros(2, 3, 5), Nd4j.ones(2, 4));
        assertEquals(
                "mask of the language features must be [2, 3], got shape [2, 4]",
                refused(() -> adapter.condition(Nd4j.zeros(2, 3, 4), words)));
        assertEquals(
                "states must be [batch, tokens, 4], got shape [2, 3, 5]",
                refused(() -> adapter.condition(Nd4j.zeros(2, 3, 5), words)));
        assertEquals(
                "language features must be [1, time, 5], got shape [2, 3, 5]",
                refused(() -> adapter.condition(Nd4j.zeros(1, 3, 4), words)));
        assertEquals(
                "heads must be a divisor of stateWidth, 4, got 3",
                refused(() -> new AdapterConfig.Builder(4, 5).encoder(1, 3, 4).build()));
        assertEquals(
                "weight must be above 0 and at most 1, got 0.0",
                refused(() -> new AdapterConfig.Builder(8, 5).weight(0).build()));
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }

    @Test
    void settingsAsJson() {
        AdapterConfig published = AdapterConfig.published();
        assertEquals(published, AdapterConfig.fromJson(published.toJson()));
        assertThrows(
                IllegalArgumentException.class, () -> AdapterConfig.fromJson("{\"stateWidth\":4}"));
        long parameters =
                Adapter.configuration(published, training(DataType.FLOAT))
                        .getVertices()
                        .values()
                        .stream()
                        .mapToLong(v -> v.numParams(true))
                        .sum();
        long square = 768 * 768 + 768;
        long mlp = 4096L * 3072 + 3072 + 3072 * 768 + 768;
        long layer = 4 * square + 768 * 2048 + 2048 + 2048 * 768 + 768 + 4 * 768;
        assertEquals(mlp + 2 * layer + 6 * square, parameters);
    }
}
