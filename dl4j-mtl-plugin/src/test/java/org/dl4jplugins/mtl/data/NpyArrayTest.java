package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NpyArrayTest {

    @TempDir Path folder;

    /** Files as ND4J writes them, which NumPy reads. */
    @Test
    void readsTheTypesOfRealFiles() throws IOException {
        INDArray whole = Nd4j.arange(24).castTo(DataType.DOUBLE).reshape(2, 3, 4);
        for (DataType type :
                new DataType[] {
                    DataType.FLOAT,
                    DataType.DOUBLE,
                    DataType.INT32,
                    DataType.INT64,
                    DataType.INT16,
                    DataType.UINT8,
                    DataType.INT8
                }) {
            INDArray array = whole.mul(type == DataType.FLOAT ? 0.5 : 1).castTo(type);
            Path file = Files.write(folder.resolve(type + ".npy"), Nd4j.toNpyByteArray(array));
            NpyArray read = NpyArray.read(file);
            assertArrayEquals(new int[] {2, 3, 4}, read.shape(), type.toString());
            assertArrayEquals(
                    array.castTo(DataType.FLOAT).dup('c').data().asFloat(),
                    read.values(),
                    type.toString());
        }
    }

    @Test
    void readsBothByteAndAxisOrders() throws IOException {
        ByteBuffer big = ByteBuffer.allocate(24).order(ByteOrder.BIG_ENDIAN);
        ByteBuffer little = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : new int[] {1, 4, 2, 5, 3, 6}) {
            big.putInt(value);
            little.putShort((short) -value);
        }
        NpyArray ints =
                NpyArray.read(Npy.write(folder.resolve("a"), ">i4", true, "(2, 3)", big.array()));
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, ints.values());
        NpyArray shorts =
                NpyArray.read(Npy.write(folder.resolve("b"), "<i2", false, "(6,)", little.array()));
        assertArrayEquals(new float[] {-1, -4, -2, -5, -3, -6}, shorts.values());
        NpyArray bytes =
                NpyArray.read(
                        Npy.write(folder.resolve("c"), "|u1", false, "(2,)", new byte[] {-1, 7}));
        assertArrayEquals(new float[] {255, 7}, bytes.values());
    }

    @Test
    void damagedFilesAreRefusedBeforeReservingMemory() throws IOException {
        Path file = Npy.write(folder.resolve("x.npy"), "(2, 2)", 1, 2, 3, 4);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 3) {
            refused(Arrays.copyOf(whole, length), "");
        }
        refused(Arrays.copyOf(whole, whole.length + 1), "145 bytes");
        Npy.write(file, "(20000, 13421)", 1);
        refused(Files.readAllBytes(file), "20000, 13421");
        Npy.write(file, "(2000, 13421)", 1);
        refused(Files.readAllBytes(file), "107368128 bytes, but the file has 132 bytes");
        Npy.write(file, "<c8", false, "(1,)", new byte[8]);
        refused(Files.readAllBytes(file), "unsupported header");
        Npy.write(file, "<f2", false, "(1,)", new byte[2]);
        refused(Files.readAllBytes(file), "f2");
        refused(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, "not a .npy file");
    }

    private void refused(byte[] contents, String hint) throws IOException {
        Path file = Files.write(folder.resolve("damaged.npy"), contents);
        String message =
                assertThrows(MalformedFileException.class, () -> NpyArray.read(file)).getMessage();
        assertTrue(message.contains("damaged.npy") && message.contains(hint), message);
        assertEquals(file.toString(), message.substring(0, file.toString().length()));
    }
}
