package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxArrayTest {

    /** Two pictures of 2 x 3 pixels, written out by hand. */
    private static final byte[] FILE = {
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6
    };

    @TempDir Path folder;

    @Test
    void readsPlainAndGzipFilesWhateverTheirName() throws IOException {
        for (byte[] contents : new byte[][] {FILE, gzip(FILE)}) {
            Path file = Files.write(folder.resolve("pictures"), contents);
            IdxArray array = IdxArray.read(file);
            assertArrayEquals(new int[] {2, 2, 3}, array.shape());
            assertEquals(2, array.items());
            assertEquals(6, array.itemLength());
            assertEquals(1, array.value(0, 0));
            assertEquals(6, array.value(0, 5));
            assertEquals(255, array.value(1, 0));
            assertEquals(250, array.value(1, 5));
        }
    }

    @Test
    void writesWhatItReads() throws IOException {
        IdxArray array = IdxArray.read(new ByteArrayInputStream(FILE), "memory");
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        array.write(written);
        assertArrayEquals(FILE, written.toByteArray());
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        array.select(1).write(second);
        assertArrayEquals(
                new byte[] {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, -1, -2, -3, -4, -5, -6},
                second.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyTruncationIsRefusedWithSizes(boolean zip) throws IOException {
        for (int length = 0; length < FILE.length; length++) {
            byte[] cut = Arrays.copyOf(FILE, length);
            Path file = Files.write(folder.resolve("cut-idx"), zip ? gzip(cut) : cut);
            IOException error =
                    assertThrows(MalformedFileException.class, () -> IdxArray.read(file));
            assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
            assertTrue(error.getMessage().contains(length + " bytes"), error.getMessage());
        }
        Path file = folder.resolve("cut-idx");
        String message =
                assertThrows(MalformedFileException.class, () -> IdxArray.read(file)).getMessage();
        assertTrue(message.contains("28 bytes"), message);
        assertTrue(message.contains("truncated"), message);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesBeyondTheClaimAreRefused(boolean zip) throws IOException {
        byte[] longer = Arrays.copyOf(FILE, FILE.length + 5);
        Path file = Files.write(folder.resolve("long-idx"), zip ? gzip(longer) : longer);
        String message =
                assertThrows(MalformedFileException.class, () -> IdxArray.read(file)).getMessage();
        assertTrue(message.contains("28 bytes") && message.contains("33 bytes"), message);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hugeClaimsAreRefusedWithoutReservingMemory(boolean zip) throws IOException {
        byte[] huge = FILE.clone();
        huge[4] = 0x10; // 268,435,458 pictures of 6 bytes: 1.5 GiB
        Path file = Files.write(folder.resolve("huge-idx"), zip ? gzip(huge) : huge);
        long before = allocated();
        String message =
                assertThrows(MalformedFileException.class, () -> IdxArray.read(file)).getMessage();
        assertTrue(allocated() - before < 16L << 20, "allocated " + (allocated() - before));
        assertTrue(message.contains("1610612764 bytes"), message);
        huge[4] = -1;
        huge[8] = -1;
        Files.write(file, zip ? gzip(huge) : huge);
        message =
                assertThrows(MalformedFileException.class, () -> IdxArray.read(file)).getMessage();
        assertTrue(message.contains("4278190082"), message);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void foreignFilesAreNamed() throws IOException {
        refused(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 0, 0}, "89 50 4e 47");
        byte[] floats = FILE.clone();
        floats[2] = 0x0d;
        refused(floats, "0x0d");
        byte[] flat = FILE.clone();
        flat[3] = 0;
        refused(flat, "0 axes");
        byte[] empty = FILE.clone();
        empty[7] = 0;
        refused(empty, "length of 0 for axis 0");
        refused(Arrays.copyOf(gzip(FILE), 30), "gzip");
        IOException error =
                assertThrows(IOException.class, () -> IdxArray.read(folder.resolve("absent")));
        assertTrue(error.getMessage().contains("absent"));
    }

    private void refused(byte[] contents, String hint) throws IOException {
        Path file = Files.write(folder.resolve("foreign"), contents);
        String message =
                assertThrows(MalformedFileException.class, () -> IdxArray.read(file)).getMessage();
        assertTrue(message.contains(hint) && message.contains("foreign"), message);
    }

    static byte[] gzip(byte[] contents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(contents);
        }
        return bytes.toByteArray();
    }
}
