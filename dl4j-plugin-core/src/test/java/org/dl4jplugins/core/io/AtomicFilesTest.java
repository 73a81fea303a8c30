package org.dl4jplugins.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir Path folder;

    @Test
    void writesBytesTextAndStreams() throws IOException {
        byte[] bytes = new byte[200_001];
        new Random(1).nextBytes(bytes);
        AtomicFiles.write(folder.resolve("bytes"), bytes);
        assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("bytes")));

        AtomicFiles.write(folder.resolve("text"), "gräy → 灰");
        assertEquals("gräy → 灰", Files.readString(folder.resolve("text")));

        AtomicFiles.write(folder.resolve("stream"), out -> out.write(bytes, 3, 70_000));
        assertEquals(70_000, Files.size(folder.resolve("stream")));
    }

    @Test
    void createsParentsAndReplaces() throws IOException {
        Path file = folder.resolve("a/b/c.txt");
        AtomicFiles.write(file, "a longer first version");
        AtomicFiles.write(file, "second");
        assertEquals("second", Files.readString(file));
        assertEquals(List.of("c.txt"), names(file.getParent()));
    }

    @Test
    void failureKeepsTheOldFileAndLeavesNothingBehind() throws IOException {
        Path file = folder.resolve("model.zip");
        AtomicFiles.write(file, "old");
        IOException full = new IOException("disk full");
        IOException thrown =
                assertThrows(
                        IOException.class,
                        () ->
                                AtomicFiles.write(
                                        file,
                                        out -> {
                                            out.write(new byte[100_000]);
                                            throw full;
                                        }));
        assertSame(full, thrown);
        assertThrows(
                IllegalStateException.class,
                () ->
                        AtomicFiles.write(
                                file,
                                out -> {
                                    throw new IllegalStateException("not only I/O fails");
                                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("model.zip"), names(folder));
    }

    @Test
    void aFolderInThePlaceOfTheFileFails() throws IOException {
        Path target = folder.resolve("taken");
        Files.createDirectories(target.resolve("inside"));
        assertThrows(IOException.class, () -> AtomicFiles.write(target, "x"));
        assertEquals(List.of("taken"), names(folder));
        assertTrue(Files.isDirectory(target.resolve("inside")));
    }

    @Test
    void aWriterMayCloseTheStream() throws IOException {
        Path file = folder.resolve("model.zip");
        AtomicFiles.write(
                file,
                out -> {
                    try (ZipOutputStream zip = new ZipOutputStream(out)) {
                        zip.putNextEntry(new ZipEntry("entry"));
                        zip.write(7);
                    }
                });
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertEquals(7, zip.getInputStream(zip.getEntry("entry")).read());
        }
    }

    @Test
    void readersNeverSeeAPart() throws Exception {
        Path file = folder.resolve("shared");
        AtomicFiles.write(file, new byte[50_000]);
        AtomicBoolean done = new AtomicBoolean();
        AtomicBoolean partSeen = new AtomicBoolean();
        Thread reader =
                new Thread(
                        () -> {
                            while (!done.get()) {
                                try {
                                    byte[] read = Files.readAllBytes(file);
                                    if (read.length != 50_000 || read[0] != read[49_999]) {
                                        partSeen.set(true);
                                    }
                                } catch (IOException missing) {
                                    partSeen.set(true);
                                }
                            }
                        });
        reader.start();
        for (int version = 1; version <= 40; version++) {
            byte value = (byte) version;
            AtomicFiles.write(file, out -> fill(out, value));
        }
        done.set(true);
        reader.join();
        assertFalse(partSeen.get());
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path file = folder.resolve("real.txt");
        Path link = folder.resolve("link.txt");
        AtomicFiles.write(file, "old");
        try {
            Files.createSymbolicLink(link, Path.of("real.txt"));
        } catch (IOException | UnsupportedOperationException noLinks) {
            Assumptions.abort("no symbolic links on this system: " + noLinks);
        }
        AtomicFiles.write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
        Files.delete(file);
        AtomicFiles.write(link, "made");
        assertEquals("made", Files.readString(file));
    }

    private static void fill(OutputStream out, byte value) throws IOException {
        for (int i = 0; i < 50_000; i++) {
            out.write(value);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
