package org.dl4jplugins.mtl.data;

import java.io.BufferedInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The contents of an IDX file of unsigned bytes, the format of MNIST and its relatives: a magic
 * number {@code 0 0 8 rank}, one big-endian 32-bit length per axis, then the values, last axis
 * fastest. The first axis counts the items (pictures or labels).
 *
 * <p>Files may be gzip-compressed; that is seen from their contents, not from their name. What a
 * header claims is compared with what is there before memory is reserved for it: a plain file by
 * its size, a stream by never holding more than it delivered.
 */
public final class IdxArray implements Serializable {

    private static final int UNSIGNED_BYTE = 0x08;
    private static final int MAX_RANK = 8;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final String name;
    private final int[] shape;
    private final byte[] data;
    private final int itemLength;

    /**
     * @param name what errors call this array, usually a file name
     * @param shape length of each axis, first axis = items
     * @param data the values, last axis fastest; not copied
     * @throws IllegalArgumentException if the shape is empty, has a length below one, or does not
     *     hold exactly {@code data.length} values
     */
    public IdxArray(String name, int[] shape, byte[] data) {
        if (shape.length < 1 || shape.length > MAX_RANK) {
            throw new IllegalArgumentException(
                    name + ": shape must have 1 to " + MAX_RANK + " axes, got " + shape.length);
        }
        long values = 1;
        for (int length : shape) {
            if (length < 1) {
                throw new IllegalArgumentException(
                        name
                                + ": every axis must have at least one entry, got shape "
                                + Arrays.toString(shape));
            }
            values = Math.multiplyExact(values, (long) length);
        }
        if (values != data.length) {
            throw new IllegalArgumentException(
                    name
                            + ": shape "
                            + Arrays.toString(shape)
                            + " needs "
                            + values
                            + " values, got "
                            + data.length);
        }
        this.name = name;
        this.shape = shape.clone();
        this.data = data;
        itemLength = data.length / shape[0];
    }

    /**
     * Reads a file, gzip-compressed or not.
     *
     * @throws MalformedFileException if the file is not IDX, holds other values than unsigned
     *     bytes, or is shorter or longer than its header claims
     * @throws IOException if the file cannot be read
     */
    public static IdxArray read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("IDX file " + file + " does not exist");
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(in, file.toString(), Files.size(file));
        }
    }

    /**
     * Reads a stream, gzip-compressed or not, to its end; the caller closes it.
     *
     * @param name what errors call the stream
     * @throws MalformedFileException as {@link #read(Path)}
     * @throws IOException if reading fails
     */
    public static IdxArray read(InputStream stream, String name) throws IOException {
        InputStream in = stream.markSupported() ? stream : new BufferedInputStream(stream, 1 << 16);
        return read(in, name, -1);
    }

    private static IdxArray read(InputStream in, String name, long sizeOnDisk) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        if (gzip) {
            try {
                return readPlain(new GZIPInputStream(in, 1 << 16), name, -1);
            } catch (java.io.EOFException | java.util.zip.ZipException e) {
                throw new MalformedFileException(
                        name + ": damaged gzip file: " + e.getMessage(), e);
            }
        }
        return readPlain(in, name, sizeOnDisk);
    }

    private static IdxArray readPlain(InputStream in, String name, long knownSize)
            throws IOException {
        byte[] magic = header(in, 4, name, 0);
        if (magic[0] != 0 || magic[1] != 0) {
            throw new MalformedFileException(
                    String.format(
                            "%s: not an IDX file: it starts with %02x %02x %02x %02x, not with 00 00",
                            name, magic[0], magic[1], magic[2], magic[3]));
        }
        if (magic[2] != UNSIGNED_BYTE) {
            throw new MalformedFileException(
                    String.format(
                            "%s: IDX value type 0x%02x is not supported, only 0x08 (unsigned byte)",
                            name, magic[2]));
        }
        int rank = magic[3] & 0xff;
        if (rank < 1 || rank > MAX_RANK) {
            throw new MalformedFileException(
                    name + ": IDX header claims " + rank + " axes, expected 1 to " + MAX_RANK);
        }
        ByteBuffer lengths = ByteBuffer.wrap(header(in, 4 * rank, name, 4));
        int[] shape = new int[rank];
        long values = 1;
        for (int axis = 0; axis < rank; axis++) {
            long length = lengths.getInt() & 0xffffffffL;
            shape[axis] = (int) length;
            values = length == 0 || values > Long.MAX_VALUE / length ? -1 : values * length;
            if (values <= 0 || values > MAX_ARRAY) {
                throw new MalformedFileException(
                        name
                                + ": IDX header claims a length of "
                                + length
                                + " for axis "
                                + axis
                                + (knownSize < 0 ? "" : ", the file has " + knownSize + " bytes")
                                + "; an axis needs at least 1 entry, an array at most "
                                + MAX_ARRAY
                                + " values");
            }
        }
        long headerSize = 4L + 4L * rank;
        if (knownSize >= 0) {
            requireSize(name, shape, headerSize + values, knownSize);
        }
        byte[] data = in.readNBytes((int) values);
        long beyond = in.transferTo(OutputStream.nullOutputStream());
        requireSize(name, shape, headerSize + values, headerSize + data.length + beyond);
        return new IdxArray(name, shape, data);
    }

    private static byte[] header(InputStream in, int bytes, String name, int before)
            throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new MalformedFileException(
                    name
                            + ": truncated IDX header: it needs "
                            + (before + bytes)
                            + " bytes, the file has "
                            + (before + read.length)
                            + " bytes");
        }
        return read;
    }

    private static void requireSize(String name, int[] shape, long claimed, long actual)
            throws MalformedFileException {
        if (claimed != actual) {
            throw new MalformedFileException(
                    name
                            + ": IDX header claims shape "
                            + Arrays.toString(shape)
                            + ", "
                            + claimed
                            + " bytes with the header, but the file has "
                            + actual
                            + (actual < claimed ? " bytes (truncated)" : " bytes (too long)"));
        }
    }

    /**
     * Writes header and values, uncompressed; the caller closes the stream.
     *
     * @throws IOException if writing fails
     */
    public void write(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.write(new byte[] {0, 0, UNSIGNED_BYTE, (byte) shape.length});
        for (int length : shape) {
            data.writeInt(length);
        }
        data.write(this.data);
        data.flush();
    }

    /** What errors call this array. */
    public String name() {
        return name;
    }

    /** Length of each axis, a copy. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of axes. */
    public int rank() {
        return shape.length;
    }

    /** Length of the first axis. */
    public int items() {
        return shape[0];
    }

    /** Values per item. */
    public int itemLength() {
        return itemLength;
    }

    /**
     * The value at {@code offset} within {@code item}.
     *
     * @return 0 to 255
     */
    public int value(int item, int offset) {
        return data[item * itemLength + offset] & 0xff;
    }

    /** The items with these indices, in this order, as a new array. */
    public IdxArray select(int... indices) {
        byte[] selected = new byte[Math.multiplyExact(indices.length, itemLength)];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(data, indices[i] * itemLength, selected, i * itemLength, itemLength);
        }
        int[] selectedShape = shape();
        selectedShape[0] = indices.length;
        return new IdxArray(name, selectedShape, selected);
    }
}
