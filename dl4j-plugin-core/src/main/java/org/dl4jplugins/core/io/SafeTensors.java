package org.dl4jplugins.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A safetensors file, mapped into memory tensor by tensor.
 *
 * <p>Opening reads the header only and checks all of it: lengths and offsets against the size of
 * the file, types, shapes, duplicates, gaps and overlaps. A file that fails is refused with a
 * {@link MalformedFileException} that names file and tensor; nothing is ever allocated that the
 * file does not have the bytes for. Files and tensors may be larger than 2 GB. Several threads may
 * read at once. Java lets mapped memory go when it collects garbage: until then Windows will not
 * replace or delete a file that was read.
 *
 * <pre>{@code
 * try (SafeTensors file = SafeTensors.open(Path.of("model.safetensors"))) {
 *     INDArray weight = file.read("lm_head.weight", DataType.FLOAT);
 * }
 * }</pre>
 */
public final class SafeTensors extends RawTensorSource {
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
    public void close() throws IOException {
        channel.close();
    }

    @Override
    protected String source() {
        return file.toString();
    }

    @Override
    protected void fill(String name, INDArray target) throws IOException {
        TensorInfo info = info(name);
        for (long part = 0; part < info.bytes(); part += window) {
            MappedByteBuffer mapped = map(info, part, (int) Math.min(window, info.bytes() - part));
            if (info.type() == TensorType.BOOL) {
                checkTruthValues(info, mapped);
                mapped.rewind();
            }
            copy(mapped, info.type(), target, part / info.type().width());
        }
    }

    private MappedByteBuffer map(TensorInfo info, long part, int bytes) throws IOException {
        if (info.offset() + part + bytes > channel.size()) {
            throw new MalformedFileException(
                    file, "became shorter while it was open; tensor " + info.name() + " is lost");
        }
        return channel.map(FileChannel.MapMode.READ_ONLY, info.offset() + part, bytes);
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
