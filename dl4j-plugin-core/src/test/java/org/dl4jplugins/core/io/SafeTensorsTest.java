package org.dl4jplugins.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SafeTensorsTest {
    @TempDir Path folder;

    @Test
    void goldenFileHasTheExpectedValues() throws Exception {
        File shared = new File(System.getProperty("dl4jplugins.shared", "../../shared"), "golden");
        File golden = new File(shared, "safetensors_dtypes/model.safetensors");
        Assumptions.assumeTrue(golden.isFile(), "no reference file at " + golden);
        Map<String, INDArray> expected =
                Nd4j.createFromNpzFile(new File(shared, "safetensors_dtypes.npz"));
        try (SafeTensors file = SafeTensors.open(golden.toPath())) {
            assertEquals(10, file.names().size());
            for (Map.Entry<String, INDArray> entry : expected.entrySet()) {
                String name = entry.getKey();
                INDArray read = file.read(name, DataType.DOUBLE);
                double[] values = entry.getValue().dup('c').data().asDouble();
                assertArrayEquals(values, read.dup('c').data().asDouble(), name);
                assertEquals(file.type(name).dataType(), file.read(name).dataType(), name);
                assertArrayEquals(file.shape(name), read.shape(), name);
            }
            assertArrayEquals(new long[] {0, 3}, file.read("empty").shape());
            copy(file, folder.resolve("copy.safetensors"));
            assertSameBytes(file, golden.toPath(), folder.resolve("copy.safetensors"));
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void everyBitPatternSurvives(TensorType type) throws IOException {
        // Longer than a chunk of the writer and than two windows of the reader.
        int length = 70_001;
        byte[] bits = new byte[length * type.width()];
        new Random(5).nextBytes(bits);
        if (type == TensorType.BOOL) {
            for (int i = 0; i < bits.length; i++) {
                bits[i] &= 1;
            }
        }
        Path original = original(type, length, bits);
        Path copy = folder.resolve("copy.safetensors");
        try (SafeTensors file = SafeTensors.open(original, 1 << 15)) {
            assertEquals(type.dataType(), file.read("t").dataType());
            copy(file, copy);
        }
        assertArrayEquals(bits, dataOf(copy, bits.length));
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void widensToFloatAndDouble(TensorType type) throws IOException {
        ByteBuffer bits = ByteBuffer.allocate(4 * type.width()).order(ByteOrder.LITTLE_ENDIAN);
        double[] expected = new double[4];
        for (int i = 0; i < 4; i++) {
            switch (type) {
                case F64 -> bits.putDouble(expected[i] = i - 1.25);
                case F32 -> bits.putFloat((float) (expected[i] = i - 1.25));
                case F16 -> bits.putShort(HalfFloats.toHalf((float) (expected[i] = i - 1.25)));
                case BF16 -> bits.putShort(HalfFloats.toBFloat16((float) (expected[i] = i - 2.5)));
                case I64 -> bits.putLong((long) (expected[i] = (i - 1) * 0x1p40));
                case U64 -> bits.putLong(i == 3 ? -1L << 40 : i);
                case I32 -> bits.putInt((int) (expected[i] = (i - 2) * 0x1p30));
                case U32 -> bits.putInt((int) (long) (expected[i] = i * 0x1p30));
                case I16 -> bits.putShort((short) (expected[i] = (i - 2) * 0x1p14));
                case U16 -> bits.putShort((short) (int) (expected[i] = i * 0x1p14));
                case I8 -> bits.put((byte) (expected[i] = (i - 2) * 64));
                case U8 -> bits.put((byte) (int) (expected[i] = i * 64));
                case BOOL -> bits.put((byte) (expected[i] = i % 2));
            }
            if (type == TensorType.U64) {
                expected[i] = i == 3 ? 0x1p64 - 0x1p40 : i;
            }
        }
        try (SafeTensors file = SafeTensors.open(original(type, 4, bits.array()))) {
            assertArrayEquals(expected, file.read("t", DataType.DOUBLE).toDoubleVector());
            assertArrayEquals(
                    expected,
                    file.read("t", DataType.FLOAT).castTo(DataType.DOUBLE).toDoubleVector());
            if (type != TensorType.BOOL && !type.name().startsWith("U")) {
                INDArray whole = file.read("t", DataType.INT64);
                for (int i = 0; i < 4; i++) {
                    assertEquals((long) expected[i], whole.getLong(i), type + " as LONG");
                }
            }
        }
    }

    @Test
    void fillsViewsAndTransposedArrays() throws IOException {
        INDArray values = Nd4j.rand(DataType.FLOAT, 4, 3);
        Path path = folder.resolve("v.safetensors");
        SafeTensorsWriter.write(path, Map.of("w", values), Map.of());
        try (SafeTensors file = SafeTensors.open(path, 8)) {
            INDArray weights = Nd4j.create(DataType.FLOAT, new long[] {3, 4}, 'f');
            file.readInto("w", weights.transpose());
            assertEquals(values.transpose(), weights);

            INDArray view = Nd4j.ones(6, 5);
            INDArray window = view.get(NDArrayIndex.interval(1, 5), NDArrayIndex.interval(2, 5));
            file.readInto("w", window);
            assertEquals(values, window.dup());
            assertEquals(
                    18 + values.sumNumber().doubleValue(), view.sumNumber().doubleValue(), 1e-4);

            INDArray flat = Nd4j.ones(DataType.DOUBLE, 1, 20);
            file.readInto(
                    "w", flat.get(NDArrayIndex.all(), NDArrayIndex.interval(5, 17)).reshape(4, 3));
            assertEquals(values.castTo(DataType.DOUBLE).getDouble(3, 2), flat.getDouble(16));
            assertEquals(1, flat.getDouble(4));
            assertEquals(1, flat.getDouble(17));

            INDArray wrong = Nd4j.create(3, 4);
            String message =
                    assertThrows(IllegalArgumentException.class, () -> file.readInto("w", wrong))
                            .getMessage();
            assertTrue(message.contains("tensor w has shape [4, 3]") && message.contains("[3, 4]"));
            message =
                    assertThrows(IllegalArgumentException.class, () -> file.read("x")).getMessage();
            assertTrue(message.contains("no tensor 'x'") && message.contains("[w]"), message);
            assertFalse(file.contains("x"));
        }
    }

    @Test
    void scalarsAndEmptyTensorsKeepTheirShape() throws IOException {
        Path path = folder.resolve("e.safetensors");
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("scalar", Nd4j.scalar(2.5f));
        tensors.put("empty", Nd4j.create(DataType.BFLOAT16, 2, 0, 3));
        SafeTensorsWriter.write(path, tensors, Map.of());
        try (SafeTensors file = SafeTensors.open(path)) {
            assertArrayEquals(new long[0], file.shape("scalar"));
            INDArray scalar = file.read("scalar");
            assertEquals(0, scalar.rank());
            assertEquals(2.5, scalar.getDouble(0));
            assertEquals(2.5, file.read("scalar", DataType.DOUBLE).getDouble(0));
            INDArray into = Nd4j.scalar(0.0);
            file.readInto("scalar", into);
            assertEquals(2.5, into.getDouble(0));
            assertArrayEquals(new long[] {2, 0, 3}, file.read("empty").shape());
            assertEquals(DataType.BFLOAT16, file.read("empty").dataType());
            file.readInto("empty", Nd4j.create(DataType.FLOAT, 2, 0, 3));
        }
    }

    /** A sparse file of 5 GB: its second tensor begins and ends beyond what an int can count. */
    @Test
    void readsBeyondTwoGigabytes() throws IOException {
        Path path = folder.resolve("big.safetensors");
        long first = 5_000_000_000L;
        String json =
                String.format(
                        "{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                                + "\"end\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}",
                        first, first, first, first + 8);
        byte[] header = SafeTensorsFile.bytes(json, 0);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(header);
            file.seek(header.length + first);
            file.writeInt(Integer.reverseBytes(Float.floatToIntBits(1.5f)));
            file.writeInt(Integer.reverseBytes(Float.floatToIntBits(-2.5f)));
        }
        try (SafeTensors file = SafeTensors.open(path)) {
            assertArrayEquals(new float[] {1.5f, -2.5f}, file.read("end").toFloatVector());
            assertEquals(first, file.info("big").bytes());
        }
    }

    @Test
    void noticesAFileThatShrinksAndTruthValuesThatAreNone() throws IOException {
        Path path = folder.resolve("s.safetensors");
        SafeTensorsWriter.write(path, Map.of("w", Nd4j.ones(100)), Map.of());
        try (SafeTensors file = SafeTensors.open(path);
                RandomAccessFile other = new RandomAccessFile(path.toFile(), "rw")) {
            other.setLength(Files.size(path) - 1);
            String message =
                    assertThrows(MalformedFileException.class, () -> file.read("w")).getMessage();
            assertTrue(message.contains("became shorter while it was open; tensor w"), message);
        }
        try (SafeTensors file = SafeTensors.open(original(TensorType.BOOL, 2, new byte[] {1, 2}))) {
            String message =
                    assertThrows(MalformedFileException.class, () -> file.read("t")).getMessage();
            assertTrue(message.contains("tensor t: BOOL must be 0 or 1, but a byte is 2"), message);
        }
    }

    private Path original(TensorType type, int length, byte[] bits) throws IOException {
        String json =
                String.format(
                        "{\"t\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
                        type, length, bits.length);
        byte[] content = SafeTensorsFile.bytes(json, bits.length);
        System.arraycopy(bits, 0, content, content.length - bits.length, bits.length);
        return SafeTensorsFile.write(folder, content);
    }

    private static void copy(SafeTensors file, Path target) throws IOException {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (String name : file.names()) {
            tensors.put(name, file.read(name));
        }
        SafeTensorsWriter.write(target, tensors, file.metadata());
    }

    private static void assertSameBytes(SafeTensors file, Path one, Path other) throws IOException {
        byte[] ones = Files.readAllBytes(one);
        byte[] others = Files.readAllBytes(other);
        try (SafeTensors copy = SafeTensors.open(other)) {
            assertEquals(file.metadata(), copy.metadata());
            for (String name : file.names()) {
                assertArrayEquals(
                        bytes(ones, file.info(name)), bytes(others, copy.info(name)), name);
                assertArrayEquals(file.shape(name), copy.shape(name), name);
            }
        }
    }

    private static byte[] bytes(byte[] content, TensorInfo info) {
        return Arrays.copyOfRange(
                content, (int) info.offset(), (int) (info.offset() + info.bytes()));
    }

    private static byte[] dataOf(Path file, int bytes) throws IOException {
        byte[] content = Files.readAllBytes(file);
        return Arrays.copyOfRange(content, content.length - bytes, content.length);
    }
}
