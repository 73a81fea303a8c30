package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.core.io.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CheckpointTensorsTest {
    private static final String ONE = "model-00001-of-00002.safetensors";
    private static final String TWO = "model-00002-of-00002.safetensors";

    @TempDir Path folder;

    private void shard(String file, String... tensors) throws IOException {
        Map<String, INDArray> content = new LinkedHashMap<>();
        for (String tensor : tensors) {
            content.put(
                    tensor,
                    Nd4j.valueArrayOf(new long[] {2}, (double) tensor.charAt(0))
                            .castTo(DataType.FLOAT));
        }
        SafeTensorsWriter.write(folder.resolve(file), content, Map.of("format", "pt"));
    }

    private void index(Map<String, String> map) throws IOException {
        HfConfig.of(Map.of("metadata", Map.of("total_size", 24), "weight_map", map))
                .write(folder.resolve(CheckpointTensors.INDEX));
    }

    @Test
    void readsAllShards() throws IOException {
        shard(ONE, "a", "b");
        shard(TWO, "c");
        index(Map.of("a", ONE, "b", ONE, "c", TWO));
        try (CheckpointTensors tensors = CheckpointTensors.open(folder)) {
            assertEquals(Set.of("a", "b", "c"), Set.copyOf(tensors.names()));
            for (String name : tensors.names()) {
                assertEquals(name.charAt(0), tensors.read(name).getInt(1));
                assertEquals(DataType.DOUBLE, tensors.read(name, DataType.DOUBLE).dataType());
                assertArrayEquals(new long[] {2}, tensors.shape(name));
                assertEquals(TensorType.F32, tensors.type(name));
            }
            assertEquals("pt", tensors.metadata().get("format"));
            assertThrows(IllegalArgumentException.class, () -> tensors.read("d"));
        }
        shard(CheckpointTensors.SINGLE, "z");
        try (CheckpointTensors tensors = CheckpointTensors.open(folder)) {
            assertEquals(List.of("z"), tensors.names());
        }
    }

    @Test
    void namesAllMissingShards() throws IOException {
        index(Map.of("a", ONE, "c", TWO));
        String message =
                assertThrows(NoSuchFileException.class, () -> CheckpointTensors.open(folder))
                        .getMessage();
        assertTrue(message.contains("2 of the 2 shards") && message.contains(ONE), message);
        assertTrue(message.contains(TWO), message);
        shard(ONE, "a");
        message =
                assertThrows(NoSuchFileException.class, () -> CheckpointTensors.open(folder))
                        .getMessage();
        assertTrue(message.contains("1 of the 2 shards") && message.contains("[" + TWO), message);
    }

    @Test
    void refusesAnIndexThatContradictsTheShards() throws IOException {
        shard(ONE, "a", "b");
        shard(TWO, "c");
        index(Map.of("a", ONE, "c", TWO));
        refused(ONE, "missing: [], not in the index: [b]");
        index(Map.of("a", ONE, "b", TWO, "c", TWO));
        refused("contradicts");
        index(Map.of("a", ONE, "b", ONE, "c", TWO, "d", TWO));
        refused(TWO, "missing: [d], not in the index: []");
        shard(TWO, "c", "a");
        index(Map.of("a", ONE, "b", ONE, "c", TWO));
        refused(TWO, "tensor a: another shard has it as well");
        Files.writeString(
                folder.resolve(CheckpointTensors.INDEX),
                "{\"weight_map\":{\"a\":\"" + ONE + "\",\"a\":\"" + TWO + "\"}}");
        refused("Duplicate field 'a'");
        Files.writeString(folder.resolve(CheckpointTensors.INDEX), "{}");
        refused("has no weight_map");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret.safetensors",
                "sub/model.safetensors",
                "sub\\model.safetensors",
                "/etc/model.safetensors",
                "C:model.safetensors",
                "..",
                ".safetensors",
                "model.bin",
                "model.safetensors\u0000.safetensors",
                ""
            })
    void refusesShardsOutsideTheFolder(String name) throws IOException {
        Path inside = Files.createDirectories(folder.resolve("in/sub"));
        for (Path place :
                List.of(
                        folder.resolve("secret.safetensors"),
                        inside.resolve(CheckpointTensors.SINGLE))) {
            SafeTensorsWriter.write(place, Map.of("a", Nd4j.ones(2)), Map.of());
        }
        Path checkpoint = inside.getParent();
        HfConfig.of(Map.of("weight_map", Map.of("a", name)))
                .write(checkpoint.resolve(CheckpointTensors.INDEX));
        String message =
                assertThrows(MalformedFileException.class, () -> CheckpointTensors.open(checkpoint))
                        .getMessage();
        assertTrue(message.contains("tensor a: shard \"" + name + "\" must be the name"), message);
    }

    @Test
    void saysWhatToDoWithOtherFormats() throws IOException {
        Files.writeString(folder.resolve("pytorch_model.bin"), "");
        String message =
                assertThrows(NoSuchFileException.class, () -> CheckpointTensors.open(folder))
                        .getMessage();
        assertTrue(message.contains("[pytorch_model.bin] can be converted"), message);
        Path nowhere = folder.resolve("nowhere");
        message =
                assertThrows(NoSuchFileException.class, () -> CheckpointTensors.open(nowhere))
                        .getMessage();
        assertTrue(message.contains("folder itself does not exist"), message);
    }

    private void refused(String... parts) {
        String message =
                assertThrows(MalformedFileException.class, () -> CheckpointTensors.open(folder))
                        .getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
