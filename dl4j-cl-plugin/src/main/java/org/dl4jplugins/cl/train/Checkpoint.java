package org.dl4jplugins.cl.train;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.dl4jplugins.core.io.AtomicFiles;

/** A file that is replaced in one step: what it belongs to, a state, and a checksum. */
record Checkpoint(Path file, String owner) {

    private static final String MAGIC = "dl4jplugins-continual-1";

    /** Writes a state. */
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads a state. */
    interface Reader {
        void read(DataInputStream in) throws IOException;
    }

    boolean exists() {
        return Files.exists(file);
    }

    void save(Writer writer) throws IOException {
        AtomicFiles.write(
                file,
                target -> {
                    CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32());
                    DataOutputStream out = new DataOutputStream(checked);
                    out.writeUTF(MAGIC);
                    byte[] name = owner.getBytes(StandardCharsets.UTF_8);
                    out.writeInt(name.length);
                    out.write(name);
                    writer.write(out);
                    out.flush();
                    out.writeLong(checked.getChecksum().getValue());
                    out.flush();
                });
    }

    /** Reads the state after the whole file was found to be right. */
    void load(Reader reader) throws IOException {
        verify();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            requireOwner(in);
            reader.read(in);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    private void verify() throws IOException {
        long size = Files.size(file) - Long.BYTES;
        try (CheckedInputStream checked =
                new CheckedInputStream(
                        new BufferedInputStream(Files.newInputStream(file)), new CRC32())) {
            for (long left = Math.max(size, 0); left > 0; ) {
                left -= checked.readNBytes((int) Math.min(left, 1 << 20)).length;
            }
            long sum = checked.getChecksum().getValue();
            byte[] end = checked.readNBytes(Long.BYTES);
            if (size < 0 || sum != new DataInputStream(new ByteArrayInputStream(end)).readLong()) {
                throw new IllegalArgumentException(file + " is not a whole checkpoint");
            }
        }
    }

    private void requireOwner(DataInputStream in) throws IOException {
        try {
            String magic = in.readUTF();
            String saved = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            if (!magic.equals(MAGIC) || !saved.equals(owner)) {
                throw new IllegalArgumentException(
                        "a checkpoint of another configuration:\n" + saved + "\nnow:\n" + owner);
            }
        } catch (EOFException e) {
            throw new IllegalArgumentException("not a checkpoint", e);
        }
    }
}
