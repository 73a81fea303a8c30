package org.dl4jplugins.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafeTensorsWriterTest {
    @TempDir Path folder;

    @Test
    void alignsEveryElementToItsSize() throws IOException {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("flag", Nd4j.createFromArray(true, false, true));
        tensors.put("half", Nd4j.ones(DataType.FLOAT16, 3));
        tensors.put("float", Nd4j.ones(DataType.FLOAT, 3));
        tensors.put("double", Nd4j.ones(DataType.DOUBLE, 3));
        tensors.put("another float", Nd4j.ones(DataType.FLOAT, 1, 1));
        Path path = folder.resolve("a.safetensors");
        SafeTensorsWriter.write(path, tensors, Map.of());
        try (SafeTensors file = SafeTensors.open(path)) {
            assertEquals(List.of("double", "float", "another float", "half", "flag"), file.names());
            for (String name : file.names()) {
                TensorInfo info = file.info(name);
                assertEquals(0, info.offset() % info.type().width(), name);
            }
            assertEquals(0, file.info("double").offset() % 8);
            assertEquals(Map.of(), file.metadata());
        }
    }

    @Test
    void writesFilesOfOthersByteByByte() throws IOException {
        File golden = new File(System.getProperty("dl4jplugins.shared", "../../shared"), "golden");
        Assumptions.assumeTrue(golden.isDirectory(), "no reference files at " + golden);
        for (String name : List.of("hf_bert_tiny", "hf_llama_tiny", "hf_t5_tiny_relu")) {
            Path original = golden.toPath().resolve(name).resolve("model.safetensors");
            try (SafeTensors file = SafeTensors.open(original)) {
                SafeTensorsWriter writer = new SafeTensorsWriter(file.metadata());
                for (String tensor : file.names()) {
                    writer.add(
                            tensor, file.type(tensor), file.shape(tensor), () -> file.read(tensor));
                }
                writer.write(folder.resolve(name));
            }
            assertArrayEquals(
                    Files.readAllBytes(original), Files.readAllBytes(folder.resolve(name)), name);
        }
    }

    @Test
    void convertsToTheTypeAskedFor() throws IOException {
        INDArray values = Nd4j.createFromArray(1f, -0.333333333f, 1e-6f, 70000f, Float.NaN);
        Path path = folder.resolve("c.safetensors");
        new SafeTensorsWriter(Map.of("a \"quoted\" key", "ä"))
                .add("f16", values, TensorType.F16)
                .add("bf16", values, TensorType.BF16)
                .add("f64", values, TensorType.F64)
                .add("from double", values.castTo(DataType.DOUBLE), TensorType.BF16)
                .add("i32", Nd4j.createFromArray(3.0, -4.0), TensorType.I32)
                .write(path);
        try (SafeTensors file = SafeTensors.open(path)) {
            assertArrayEquals(
                    new float[] {1, -0.33325195f, 1.013279e-6f, Float.POSITIVE_INFINITY, Float.NaN},
                    file.read("f16", DataType.FLOAT).toFloatVector());
            float[] brain = {1, -0.33398438f, 9.983778e-7f, 70144, Float.NaN};
            assertArrayEquals(brain, file.read("bf16", DataType.FLOAT).toFloatVector());
            assertArrayEquals(brain, file.read("from double", DataType.FLOAT).toFloatVector());
            assertArrayEquals(
                    values.toFloatVector(),
                    file.read("f64").castTo(DataType.FLOAT).toFloatVector());
            assertArrayEquals(new int[] {3, -4}, file.read("i32").toIntVector());
            assertEquals(Map.of("a \"quoted\" key", "ä"), file.metadata());
        }
    }

    @Test
    void takesArraysInAnyOrderOneAtATime() throws IOException {
        INDArray values = Nd4j.rand(DataType.FLOAT, 30, 700);
        List<String> asked = new ArrayList<>();
        Path path = folder.resolve("o.safetensors");
        SafeTensorsWriter writer =
                new SafeTensorsWriter(Map.of("format", "pt"))
                        .add("f", values.dup('f'))
                        .add("t", values.transpose())
                        .add(
                                "empty",
                                TensorType.F32,
                                new long[] {0, 2},
                                () -> Nd4j.create(DataType.FLOAT, 0, 2))
                        .add(
                                "late",
                                TensorType.F32,
                                new long[] {2},
                                () -> {
                                    asked.add("late");
                                    return Nd4j.ones(2);
                                });
        assertEquals(2 * 4 * 21_000 + 8, writer.bytes());
        assertEquals(List.of(), asked);
        writer.write(path);
        assertEquals(List.of("late"), asked);
        try (SafeTensors file = SafeTensors.open(path)) {
            assertEquals(values, file.read("f"));
            assertEquals(values.transpose(), file.read("t"));
        }
    }

    @Test
    void refusesWhatCannotBeWrittenAndKeepsTheOldFile() throws IOException {
        Path path = folder.resolve("r.safetensors");
        Files.writeString(path, "old");
        SafeTensorsWriter writer = new SafeTensorsWriter(Map.of()).add("a", Nd4j.ones(2));
        assertThrows(IllegalArgumentException.class, () -> writer.add("a", Nd4j.ones(2)));
        assertThrows(
                IllegalArgumentException.class, () -> writer.add("__metadata__", Nd4j.ones(2)));
        writer.add("b", TensorType.F32, new long[] {2, 1}, () -> Nd4j.ones(2));
        String message =
                assertThrows(IllegalArgumentException.class, () -> writer.write(path)).getMessage();
        assertTrue(message.contains("Tensor b was announced with shape [2, 1]"), message);
        assertEquals("old", Files.readString(path));
    }
}
