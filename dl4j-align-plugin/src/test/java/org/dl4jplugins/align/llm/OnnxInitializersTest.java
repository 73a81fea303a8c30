package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.core.io.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OnnxInitializersTest {
    private static final byte[] MATRIX = Proto.floats(1, 2, 3, 4, 5, 6);
    private static final byte[] BIAS = Proto.floats(7, 8, 9);

    @TempDir Path folder;

    private static Proto graph() {
        return new Proto()
                .message(5, Proto.tensor("layer.0.dense.bias", 1, BIAS, 3))
                .message(5, Proto.tensor("onnx::MatMul_1", 1, MATRIX, 2, 3))
                .message(5, Proto.tensor("/constant", 7, new byte[8], 1))
                .message(1, Proto.node("MatMul", "product", "x", "onnx::MatMul_1"))
                .message(1, Proto.node("Add", "y", "layer.0.dense.bias", "product"));
    }

    private static byte[] model(Proto graph) {
        return new Proto().number(1, 7).text(2, "pytorch").message(7, graph).toBytes();
    }

    private static OnnxInitializers read(byte[] model) throws IOException {
        return OnnxInitializers.read(new ByteArrayInputStream(model), "m.onnx");
    }

    @Test
    void aMatrixIsNamedAfterItsBias() throws IOException {
        OnnxInitializers weights = read(model(graph()));
        assertEquals(List.of("layer.0.dense.bias", "layer.0.dense.weight"), weights.names());
        assertArrayEquals(new long[] {3, 2}, weights.shape("layer.0.dense.weight"));
        double[][] expected = {{1, 4}, {2, 5}, {3, 6}};
        assertArrayEquals(expected, weights.read("layer.0.dense.weight").toDoubleMatrix());
        INDArray kernel = Nd4j.create(DataType.DOUBLE, new long[] {2, 3}, 'f');
        weights.readInto("layer.0.dense.weight", kernel.transpose());
        assertArrayEquals(expected, kernel.transpose().toDoubleMatrix());
        assertEquals(TensorType.F32, weights.type("layer.0.dense.bias"));
        assertArrayEquals(
                new float[] {7, 8, 9}, weights.read("layer.0.dense.bias").toFloatVector());
        assertFalse(weights.contains("/constant"));
        assertThrows(IllegalArgumentException.class, () -> weights.read("nothing"));
    }

    @Test
    void gemmMatricesComeInBothOrientations() throws IOException {
        for (int transposed = 0; transposed < 2; transposed++) {
            Proto gemm =
                    Proto.node("Gemm", "y", "x", "onnx::Gemm_1", "a.bias")
                            .message(5, new Proto().text(1, "transB").number(3, transposed));
            Proto graph =
                    new Proto()
                            .message(1, gemm)
                            .message(5, Proto.tensor("a.bias", 1, BIAS, 3))
                            .message(5, Proto.tensor("onnx::Gemm_1", 1, MATRIX, 2, 3));
            long[] expected = transposed == 1 ? new long[] {2, 3} : new long[] {3, 2};
            assertArrayEquals(expected, read(model(graph)).shape("a.weight"));
        }
    }

    @Test
    void theRealModelHasAllItsWeights() throws IOException {
        Path file = folder.resolve("minilm.onnx");
        try (InputStream model = MiniLm.model()) {
            Files.copy(model, file);
        }
        OnnxInitializers weights = OnnxInitializers.open(file);
        assertEquals(104, weights.names().size());
        assertEquals(TensorType.I64, weights.type("embeddings.position_ids"));
        for (int layer = 0; layer < 6; layer++) {
            String block = "encoder.layer." + layer;
            for (String module :
                    List.of("attention.self.query", "attention.self.key", "attention.self.value")) {
                assertArrayEquals(
                        new long[] {384, 384}, weights.shape(block + "." + module + ".weight"));
            }
            assertArrayEquals(
                    new long[] {1536, 384}, weights.shape(block + ".intermediate.dense.weight"));
            assertArrayEquals(
                    new long[] {384, 1536}, weights.shape(block + ".output.dense.weight"));
        }
        INDArray words = weights.read("embeddings.word_embeddings.weight");
        assertArrayEquals(new long[] {30522, 384}, words.shape());
        assertTrue(words.meanNumber().doubleValue() < 0.1, "not embeddings");
    }

    @Test
    void refusesWhatContradictsItself() {
        refused(
                "needs 24 bytes, but has 20",
                graph().message(5, Proto.tensor("b.c", 1, new byte[20], 2, 3)));
        refused(
                "impossible shape [-1]",
                graph().message(5, Proto.tensor("b.c", 1, new byte[4], -1)));
        refused(
                "impossible shape [4611686018427387904, 4]",
                graph().message(5, Proto.tensor("b.c", 1, new byte[4], 1L << 62, 4)));
        refused(
                "has tensor layer.0.dense.bias twice",
                graph().message(5, Proto.tensor("layer.0.dense.bias", 1, BIAS, 3)));
        refused(
                "lies in a file of its own",
                graph().message(5, Proto.tensor("b.c", 1, BIAS, 3).number(14, 1)));
        refused(
                "two matrices belong to layer.0.dense.bias",
                graph().message(5, Proto.tensor("onnx::2", 1, MATRIX, 3, 2))
                        .message(1, Proto.node("MatMul", "p2", "x", "onnx::2"))
                        .message(1, Proto.node("Add", "y2", "p2", "layer.0.dense.bias")));
        refused("has no weights with names of modules", new Proto());
        refused(
                "more than 32 axes",
                graph().message(5, Proto.tensor("b.c", 1, new byte[4], new long[33])));
        byte[] cut = Arrays.copyOf(model(graph()), 40);
        String message = assertThrows(MalformedFileException.class, () -> read(cut)).getMessage();
        assertTrue(message.contains("bytes where only"), message);
    }

    @Test
    void corruptedModelsAreRefusedOrHarmless() throws IOException {
        byte[] good = model(graph());
        Random random = new Random(11);
        int refused = 0;
        for (int trial = 0; trial < 3000; trial++) {
            byte[] bad =
                    Arrays.copyOf(
                            good, good.length - random.nextInt(2) * random.nextInt(good.length));
            for (int i = random.nextInt(3); i >= 0 && bad.length > 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                OnnxInitializers weights = read(bad);
                for (String name : weights.names()) {
                    assertTrue(weights.read(name).length() <= bad.length, name);
                }
            } catch (MalformedFileException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "only " + refused + " of 3000 refused");
    }

    private static void refused(String reason, Proto graph) {
        String message =
                assertThrows(MalformedFileException.class, () -> read(model(graph))).getMessage();
        assertTrue(message.startsWith("m.onnx: ") && message.contains(reason), message);
    }
}
