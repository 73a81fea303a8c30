package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.core.io.TensorType;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HfCheckpointTest {
    @TempDir Path folder;

    private static Path golden(String name) {
        return Golden.folder("hf_" + name);
    }

    /** A copy of the tiny LLaMA whose tensors can be changed. */
    private Path copy(Change change) throws IOException {
        Path original = golden("llama_tiny");
        Files.copy(original.resolve(HfConfig.FILE), folder.resolve(HfConfig.FILE));
        Map<String, INDArray> tensors = new TreeMap<>();
        try (SafeTensors file = SafeTensors.open(original.resolve(CheckpointTensors.SINGLE))) {
            for (String name : file.names()) {
                tensors.put(name, file.read(name));
            }
        }
        change.apply(tensors);
        SafeTensorsWriter.write(folder.resolve(CheckpointTensors.SINGLE), tensors, Map.of());
        return folder;
    }

    private interface Change {
        void apply(Map<String, INDArray> tensors);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_tiny", "llama_tiny", "t5_tiny_relu"})
    void savesByteByByteWhatItLoaded(String name) throws IOException {
        HfCheckpoint model = HfCheckpoint.load(golden(name));
        assertEquals(List.of(), model.initialized());
        assertEquals(List.of(), model.unused());
        model.save(folder);
        assertSameFiles(golden(name), folder);
    }

    @Test
    void savesTheRealModelByteByByte() throws IOException {
        Path story = Golden.shared("models/story").toPath();
        HfCheckpoint model = HfCheckpoint.load(story);
        assertEquals(List.of(2), model.tokenizer().special().eos());
        assertEquals(
                "Once upon a time",
                model.tokenizer().decode(model.tokenizer().encode("Once upon a time")));
        model.save(folder);
        assertSameFiles(story, folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16", "F64"})
    void keepsTheTypesOfTheFile(String type) throws IOException {
        TensorType stored = TensorType.valueOf(type);
        Path source = copy(tensors -> tensors.replaceAll((n, t) -> t.castTo(stored.dataType())));
        DataType computed = stored == TensorType.F64 ? DataType.DOUBLE : DataType.FLOAT;
        HfCheckpoint model =
                HfCheckpoint.load(source, new ModelOptions.Builder().dataType(computed).build());
        Path saved = folder.resolve("saved");
        model.save(saved);
        assertArrayEquals(
                Files.readAllBytes(source.resolve(CheckpointTensors.SINGLE)),
                Files.readAllBytes(saved.resolve(CheckpointTensors.SINGLE)));
    }

    @Test
    void savesShardsAndReplacesWhatWasThere() throws IOException {
        HfCheckpoint model = HfCheckpoint.load(golden("llama_tiny"));
        model.save(folder);
        model.save(folder, 20_000);
        assertFalse(Files.exists(folder.resolve(CheckpointTensors.SINGLE)));
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> shards = files.filter(f -> f.toString().endsWith(".safetensors")).toList();
            assertTrue(shards.size() > 3, shards.toString());
            for (Path shard : shards) {
                assertTrue(Files.size(shard) < 22_000, shard + " " + Files.size(shard));
            }
        }
        HfCheckpoint again = HfCheckpoint.load(folder);
        assertEquals(model.graph().params(), again.graph().params());
        again.save(folder, 1_000_000);
        assertArrayEquals(
                Files.readAllBytes(golden("llama_tiny").resolve(CheckpointTensors.SINGLE)),
                Files.readAllBytes(folder.resolve(CheckpointTensors.SINGLE)));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count(), "config.json and model.safetensors");
        }
    }

    @Test
    void otherHeadsKeepWhatTheyDoNotUse() throws IOException {
        Path source = golden("bert_tiny");
        HfCheckpoint model =
                HfCheckpoint.load(
                        source,
                        new ModelOptions.Builder()
                                .head(Head.SEQUENCE_CLASSIFICATION)
                                .labels(3)
                                .build());
        assertEquals(List.of("classifier.weight", "classifier.bias"), model.initialized());
        assertTrue(model.unused().contains("cls.predictions.bias"), model.unused().toString());
        model.save(folder);
        try (SafeTensors before = SafeTensors.open(source.resolve(CheckpointTensors.SINGLE));
                SafeTensors after = SafeTensors.open(folder.resolve(CheckpointTensors.SINGLE))) {
            for (String name : before.names()) {
                assertEquals(before.read(name), after.read(name), name);
            }
            assertArrayEquals(new long[] {3, 32}, after.shape("classifier.weight"));
        }
    }

    @Test
    void savesTheWeightsOfAnotherGraph() throws IOException {
        HfCheckpoint model = HfCheckpoint.load(golden("llama_tiny"));
        ComputationGraph trained = model.graph().clone();
        trained.params().addi(1);
        model.withGraph(trained).save(folder);
        assertEquals(trained.params(), HfCheckpoint.load(folder).graph().params());
        ComputationGraph other = HfCheckpoint.load(golden("bert_tiny")).graph();
        refused(() -> model.withGraph(other), "is missing, must be in the graph");
    }

    @Test
    void refusesTensorsThatContradictTheConfiguration() throws IOException {
        Path missing =
                copy(
                        tensors -> {
                            tensors.remove("lm_head.weight");
                            tensors.remove("model.layers.1.mlp.up_proj.weight");
                        });
        refused(
                () -> HfCheckpoint.load(missing),
                folder.toString(),
                "lm_head.weight [64, 32] is missing",
                "model.layers.1.mlp.up_proj.weight [64, 32] is missing");
    }

    @Test
    void refusesWrongShapesAndUnexpectedTensors() throws IOException {
        Path wrong = copy(tensors -> tensors.put("model.norm.weight", Nd4j.ones(31)));
        refused(
                () -> HfCheckpoint.load(wrong),
                "model.norm.weight has shape [31], the configuration gives [32]");
    }

    @Test
    void refusesTensorsThatNoHeadHas() throws IOException {
        Path more =
                copy(
                        tensors ->
                                tensors.put(
                                        "model.layers.2.mlp.up_proj.weight", Nd4j.ones(64, 32)));
        refused(
                () -> HfCheckpoint.load(more),
                "llama has no place for: [model.layers.2.mlp.up_proj.weight]");
    }

    @Test
    void tiedWeightsAreThereOnceOrEqual() throws IOException {
        Path tied = copy(tensors -> tensors.remove("model.embed_tokens.weight"));
        HfConfig config = HfConfig.read(tied.resolve(HfConfig.FILE));
        refused(() -> HfCheckpoint.load(tied), "model.embed_tokens.weight [64, 32] is missing");
        config.with("tie_word_embeddings", true).write(tied.resolve(HfConfig.FILE));
        HfCheckpoint model = HfCheckpoint.load(tied);
        model.save(folder.resolve("saved"));
        try (CheckpointTensors saved = CheckpointTensors.open(folder.resolve("saved"))) {
            assertTrue(saved.contains("lm_head.weight"));
            assertFalse(saved.contains("model.embed_tokens.weight"));
        }
    }

    @Test
    void refusesTiedWeightsThatAreNeitherTwiceNorOnce() throws IOException {
        Path differing = copy(tensors -> {});
        HfConfig config = HfConfig.read(differing.resolve(HfConfig.FILE));
        config.with("tie_word_embeddings", true).write(differing.resolve(HfConfig.FILE));
        refused(
                () -> HfCheckpoint.load(differing),
                "tensor lm_head.weight is different from model.embed_tokens.weight");
    }

    @Test
    void refusesATokenizerThatKnowsMoreThanTheModel() throws IOException {
        Path story = Golden.shared("models/story").toPath();
        Path small = copy(tensors -> {});
        Files.copy(story.resolve(HfTokenizer.FILE), small.resolve(HfTokenizer.FILE));
        refused(
                () -> HfCheckpoint.load(small),
                "vocabulary of the tokenizer is 2048 tokens, must be at most vocab_size in "
                        + small.resolve(HfConfig.FILE)
                        + ", 64");
    }

    @Test
    void refusesFoldersThatAreNoCheckpoint() throws IOException {
        String message =
                assertThrows(NoSuchFileException.class, () -> HfCheckpoint.load(folder))
                        .getMessage();
        assertTrue(message.contains("config.json: a checkpoint's folder needs"), message);
        HfConfig.of(Map.of("model_type", "abacus")).write(folder.resolve(HfConfig.FILE));
        refused(() -> HfCheckpoint.load(folder), "\"abacus\", must be one of [bert, llama");
        Files.copy(
                golden("bert_tiny").resolve(HfConfig.FILE),
                folder.resolve(HfConfig.FILE),
                StandardCopyOption.REPLACE_EXISTING);
        message =
                assertThrows(NoSuchFileException.class, () -> HfCheckpoint.load(folder))
                        .getMessage();
        assertTrue(message.contains("model.safetensors"), message);
        Files.write(folder.resolve(CheckpointTensors.SINGLE), new byte[100]);
        message =
                assertThrows(MalformedFileException.class, () -> HfCheckpoint.load(folder))
                        .getMessage();
        assertTrue(message.contains("model.safetensors: "), message);
    }

    @Test
    void saysWhenThereIsNoTokenizer() throws IOException {
        HfCheckpoint model = HfCheckpoint.load(golden("bert_tiny"));
        assertFalse(model.hasTokenizer());
        String message = assertThrows(IllegalStateException.class, model::tokenizer).getMessage();
        assertTrue(message.contains("hf_bert_tiny has no tokenizer.json"), message);
    }

    private static void refused(Executable code, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, code).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static void assertSameFiles(Path expected, Path actual) throws IOException {
        assertEquals(names(expected), names(actual));
        for (String name : names(expected)) {
            assertArrayEquals(
                    Files.readAllBytes(expected.resolve(name)),
                    Files.readAllBytes(actual.resolve(name)),
                    name);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
