package org.dl4jplugins.core.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files that are either wholly there or not there at all.
 *
 * <p>The content goes to a hidden sibling of the target, is forced to the disk and then moved over
 * the target in one step. Whoever reads the target sees the old content or the new one, never a
 * part; after a failure the old file is as it was and the sibling is gone. Missing parent folders
 * are created. A target that is a symbolic link stays one: the file it points to is replaced.
 */
public final class AtomicFiles {

    private AtomicFiles() {}

    /**
     * Replaces a file's content.
     *
     * @param target the file, which need not exist
     * @param content all of its new bytes
     * @throws IOException if the content cannot be written; the target is then unchanged
     */
    public static void write(Path target, byte[] content) throws IOException {
        write(target, out -> out.write(content));
    }

    /**
     * Replaces a file's content by text in UTF-8.
     *
     * @param target the file, which need not exist
     * @param content all of its new text
     * @throws IOException if the content cannot be written; the target is then unchanged
     */
    public static void write(Path target, String content) throws IOException {
        write(target, content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Replaces a file's content by what a writer puts into a stream.
     *
     * @param target the file, which need not exist
     * @param writer writes the content; it may close the stream or leave it open. Whatever it
     *     throws is passed on
     * @throws IOException if the content cannot be written; the target is then unchanged
     */
    public static void write(Path target, IOConsumer<? super OutputStream> writer)
            throws IOException {
        Path file = resolveLink(target.toAbsolutePath());
        Path folder = file.getParent();
        if (folder == null) {
            throw new IOException("Not a file that can be written: " + target);
        }
        Files.createDirectories(folder);
        Path sibling = folder.resolve("." + UUID.randomUUID() + ".tmp");
        try {
            writeAndForce(sibling, writer);
            Files.move(
                    sibling,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(sibling);
        }
        forceFolder(folder);
    }

    private static Path resolveLink(Path target) throws IOException {
        if (!Files.isSymbolicLink(target)) {
            return target;
        }
        try {
            return target.toRealPath();
        } catch (NoSuchFileException dangling) {
            return target.resolveSibling(Files.readSymbolicLink(target)).normalize();
        }
    }

    private static void writeAndForce(Path file, IOConsumer<? super OutputStream> writer)
            throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try (OutputStream out = new KeptOpen(Channels.newOutputStream(channel))) {
                writer.accept(out);
            }
            channel.force(true);
        }
    }

    /** A rename survives a power failure only once its folder is on the disk as well. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notOnThisSystem) {
            // Windows opens no folders; there the move itself is journaled.
        }
    }

    /** A buffer that a writer may close without closing the channel that is still to be forced. */
    private static final class KeptOpen extends BufferedOutputStream {
        KeptOpen(OutputStream out) {
            super(out, 1 << 16);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
