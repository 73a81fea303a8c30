package org.dl4jplugins.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A safetensors file, mapped into memory tensor by tensor.
 *
 * <p>Opening reads the header only and checks all of it: lengths and offsets against the size of
 * the file, types, shapes, duplicates, gaps and overlaps. A file that fails is refused with a
 * {@link MalformedFileException} that names file and tensor; nothing is ever allocated that the
 * file does not have the bytes for. Files and tensors may be larger than 2 GB. Several threads may
 * read at once.
 *
 * <pre>{@code
 * try (SafeTensors file = SafeTensors.open(Path.of("model.safetensors"))) {
 *     INDArray weight = file.read("lm_head.weight", DataType.FLOAT);
 * }
 * }</pre>
 */
public final class SafeTensors implements TensorSource {
    // Eight times wider, as bytes read into DOUBLE are, it still fits one buffer.
    private static final int WINDOW = 1 << 27;

    private final Path file;
    private final FileChannel channel;
    private final SafeTensorsHeader header;
    private final int window;

    private SafeTensors(Path file, FileChannel channel, int window) throws IOException {
        this.file = file;
        this.channel = channel;
        this.window = window;
        this.header = SafeTensorsHeader.read(file, channel);
    }

    /**
     * Opens a file and checks its header.
     *
     * @param file to read
     * @return the file's tensors
     * @throws MalformedFileException if the file is not a valid safetensors file
     * @throws IOException if it cannot be read
     */
    public static SafeTensors open(Path file) throws IOException {
        return open(file, WINDOW);
    }

    /** With windows of that many bytes, a multiple of 8. */
    static SafeTensors open(Path file, int window) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new SafeTensors(file, channel, window);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * What the file's writer noted.
     *
     * @return the header's {@code __metadata__}, empty if it has none
     */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * What the file says about a tensor.
     *
     * @param name of the tensor
     * @return type, shape and place
     * @throws IllegalArgumentException if there is no such tensor
     */
    public TensorInfo info(String name) {
        TensorInfo info = header.tensors().get(name);
        if (info == null) {
            throw new IllegalArgumentException(
                    file
                            + ": no tensor '"
                            + name
                            + "' among its "
                            + header.tensors().size()
                            + ", which start with "
                            + header.tensors().keySet().stream().limit(5).toList());
        }
        return info;
    }

    @Override
    public List<String> names() {
        return new ArrayList<>(header.tensors().keySet());
    }

    @Override
    public boolean contains(String name) {
        return header.tensors().containsKey(name);
    }

    @Override
    public TensorType type(String name) {
        return info(name).type();
    }

    @Override
    public long[] shape(String name) {
        return info(name).shape();
    }

    @Override
    public INDArray read(String name) throws IOException {
        return read(name, type(name).dataType());
    }

    @Override
    public INDArray read(String name, DataType type) throws IOException {
        TensorInfo info = info(name);
        if (!converts(info, type)) {
            return read(name).castTo(type);
        }
        if (info.bytes() == 0) {
            return Nd4j.create(type, info.shape());
        }
        INDArray array = Nd4j.createUninitializedDetached(type, 'c', info.shape());
        fill(info, array);
        return array;
    }

    @Override
    public void readInto(String name, INDArray target) throws IOException {
        TensorInfo info = info(name);
        if (!Arrays.equals(info.shape(), target.shape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: tensor %s has shape %s, but the array to fill has %s",
                            file,
                            name,
                            Arrays.toString(info.shape()),
                            Arrays.toString(target.shape())));
        }
        if (info.bytes() == 0) {
            return;
        }
        if (converts(info, target.dataType()) && Memory.dense(target)) {
            fill(info, target);
        } else {
            target.assign(read(name, target.dataType()));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The bytes of a tensor, read-only and little-endian; part is a multiple of 8. */
    MappedByteBuffer map(TensorInfo info, long part, int bytes) throws IOException {
        if (info.offset() + part + bytes > channel.size()) {
            throw new MalformedFileException(
                    file, "became shorter while it was open; tensor " + info.name() + " is lost");
        }
        MappedByteBuffer mapped =
                channel.map(FileChannel.MapMode.READ_ONLY, info.offset() + part, bytes);
        Elements.littleEndian(mapped);
        return mapped;
    }

    private static boolean converts(TensorInfo info, DataType type) {
        return Elements.converts(info.type(), TensorType.of(type));
    }

    private void fill(TensorInfo info, INDArray target) throws IOException {
        TensorType type = TensorType.of(target.dataType());
        for (long part = 0; part < info.bytes(); part += window) {
            int bytes = (int) Math.min(window, info.bytes() - part);
            int elements = bytes / info.type().width();
            MappedByteBuffer mapped = map(info, part, bytes);
            if (info.type() == TensorType.BOOL) {
                checkTruthValues(info, mapped);
                mapped.rewind();
            }
            Elements.copy(
                    mapped,
                    info.type(),
                    Memory.of(
                            target,
                            part / info.type().width() * type.width(),
                            elements * type.width()),
                    type);
        }
        Nd4j.getAffinityManager().tagLocation(target, AffinityManager.Location.HOST);
    }

    private void checkTruthValues(TensorInfo info, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int value = Byte.toUnsignedInt(bytes.get());
            if (value > 1) {
                throw new MalformedFileException(
                        file,
                        "tensor " + info.name() + ": BOOL must be 0 or 1, but a byte is " + value);
            }
        }
    }
}
