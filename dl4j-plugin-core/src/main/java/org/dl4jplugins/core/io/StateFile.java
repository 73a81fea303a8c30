package org.dl4jplugins.core.io;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A state of a long computation in a file, from which it goes on after it was killed: replaced in
 * one step, with a checksum and a text that says what the state belongs to.
 *
 * @param file where the state is
 * @param kind of state, one word
 * @param owner all that must be the same where the state is used again, in words that show the
 *     difference
 */
public record StateFile(Path file, String kind, String owner) {

    private static final String MAGIC = "dl4jplugins-state-1 ";

    /** {@return whether there is a state} */
    public boolean exists() {
        return Files.exists(file);
    }

    /**
     * Replaces the state.
     *
     * @param writer writes it
     * @throws IOException if it cannot be written; the old state is then still there
     */
    public void save(IOConsumer<? super DataOutputStream> writer) throws IOException {
        AtomicFiles.write(
                file,
                target -> {
                    CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32());
                    DataOutputStream out = new DataOutputStream(checked);
                    out.writeUTF(MAGIC + kind);
                    byte[] name = owner.getBytes(StandardCharsets.UTF_8);
                    out.writeInt(name.length);
                    out.write(name);
                    writer.accept(out);
                    out.flush();
                    out.writeLong(checked.getChecksum().getValue());
                    out.flush();
                });
    }

    /**
     * Reads the state, after the whole file was found to be right.
     *
     * @param reader reads it
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException naming the file, if it is damaged, no state of this kind, of
     *     another owner, or refused by the reader
     */
    public void load(IOConsumer<? super DataInputStream> reader) throws IOException {
        try {
            verify();
            try (DataInputStream in = open()) {
                requireOwner(in);
                reader.accept(in);
            }
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    private DataInputStream open() throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    private void verify() throws IOException {
        long left = Files.size(file) - Long.BYTES;
        if (left < 0) {
            throw new IllegalArgumentException("it is not a whole state");
        }
        try (CheckedInputStream in = new CheckedInputStream(open(), new CRC32())) {
            byte[] buffer = new byte[1 << 16];
            while (left > 0) {
                int read = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                if (read == 0) {
                    break;
                }
                left -= read;
            }
            long sum = in.getChecksum().getValue();
            byte[] end = in.readNBytes(Long.BYTES);
            if (end.length < Long.BYTES || ByteBuffer.wrap(end).getLong() != sum) {
                throw new IllegalArgumentException("it is not a whole state");
            }
        }
    }

    private void requireOwner(DataInputStream in) throws IOException {
        String magic;
        String saved;
        try {
            magic = in.readUTF();
            saved = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        } catch (EOFException e) {
            throw new IllegalArgumentException("it is not a state", e);
        }
        if (!magic.equals(MAGIC + kind)) {
            throw new IllegalArgumentException("it is not a state of kind " + kind);
        }
        if (!saved.equals(owner)) {
            throw new IllegalArgumentException("its state is of\n" + saved + "\nnot of\n" + owner);
        }
    }
}
