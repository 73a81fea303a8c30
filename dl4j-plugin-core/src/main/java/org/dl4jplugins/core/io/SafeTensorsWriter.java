package org.dl4jplugins.core.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes a safetensors file: first says what goes in, then writes it all at once.
 *
 * <p>Tensors are laid out by the size of their elements, the widest first, and otherwise in the
 * order in which they were added; with a header padded to a multiple of 8 bytes every element is
 * aligned to its own size. Equal tensors give equal files. Arrays are taken one at a time while
 * writing, in 'c' order whatever their own order is, so a model that is read or computed tensor by
 * tensor is never in memory twice. The file appears under its name only when it is complete.
 *
 * <p>Bits are kept wherever the file's type is the array's. Written as another floating-point type
 * each value becomes the nearest one, of two the one whose last bit is zero; values beyond F16
 * become infinite.
 */
public final class SafeTensorsWriter {
    private static final int CHUNK = 1 << 16;

    private final Map<String, String> metadata;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * Starts with no tensors.
     *
     * @param metadata texts for the header's {@code __metadata__}, which is left out if there are
     *     none. Python's libraries want {@code "format": "pt"} here
     */
    public SafeTensorsWriter(Map<String, String> metadata) {
        this.metadata = new LinkedHashMap<>(metadata);
    }

    /**
     * Writes arrays as they are.
     *
     * @param file to create or replace
     * @param tensors by name
     * @param metadata texts for the header
     * @throws IOException if the file cannot be written; an old one is then unchanged
     */
    public static void write(Path file, Map<String, INDArray> tensors, Map<String, String> metadata)
            throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter(metadata);
        tensors.forEach(writer::add);
        writer.write(file);
    }

    /**
     * Adds an array as it is.
     *
     * @param name of the tensor
     * @param array its values; must not change until they are written
     * @return this
     * @throws IllegalArgumentException if the name is taken or the type unknown to such files
     */
    public SafeTensorsWriter add(String name, INDArray array) {
        return add(name, array, TensorType.of(array.dataType()));
    }

    /**
     * Adds an array under a type of its own.
     *
     * @param name of the tensor
     * @param array its values; must not change until they are written
     * @param type of the elements in the file
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public SafeTensorsWriter add(String name, INDArray array, TensorType type) {
        return add(name, type, array.shape(), () -> array);
    }

    /**
     * Adds a tensor whose values come later.
     *
     * @param name of the tensor
     * @param type of the elements in the file
     * @param shape lengths along each axis, outermost first
     * @param values gives an array of that shape and any numeric type; called once for each file
     *     written, and the array is let go before the next one is asked for
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public SafeTensorsWriter add(
            String name, TensorType type, long[] shape, IOSupplier<INDArray> values) {
        if (name.equals(SafeTensorsHeader.METADATA)) {
            throw new IllegalArgumentException("name: '" + name + "' is reserved for metadata");
        }
        if (entries.putIfAbsent(name, new Entry(name, type, shape.clone(), values)) != null) {
            throw new IllegalArgumentException("name: tensor '" + name + "' was added before");
        }
        return this;
    }

    /**
     * Size of the tensors so far.
     *
     * @return in bytes, without the header
     */
    public long bytes() {
        return entries.values().stream().mapToLong(Entry::bytes).sum();
    }

    /**
     * Writes the file.
     *
     * @param file to create or replace
     * @throws IOException if it cannot be written; an old one is then unchanged
     * @throws IllegalArgumentException if an array has not the shape announced for it; an old file
     *     is then unchanged as well
     */
    public void write(Path file) throws IOException {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingInt((Entry e) -> e.type.width()).reversed());
        byte[] header = header(sorted);
        if (header.length > SafeTensorsHeader.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "The header of "
                            + file
                            + " would have "
                            + header.length
                            + " bytes, the limit is "
                            + SafeTensorsHeader.MAX_LENGTH);
        }
        AtomicFiles.write(
                file,
                out -> {
                    ByteBuffer length = ByteBuffer.allocate(SafeTensorsHeader.LENGTH_BYTES);
                    out.write(Elements.littleEndian(length).putLong(header.length).array());
                    out.write(header);
                    for (Entry entry : sorted) {
                        writeValues(entry, out);
                    }
                });
    }

    private byte[] header(List<Entry> sorted) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafeTensorsHeader.METADATA);
                for (Map.Entry<String, String> text : metadata.entrySet()) {
                    json.writeStringField(text.getKey(), text.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (Entry entry : sorted) {
                json.writeObjectFieldStart(entry.name);
                json.writeStringField("dtype", entry.type.name());
                json.writeFieldName("shape");
                json.writeArray(entry.shape, 0, entry.shape.length);
                long end = Math.addExact(offset, entry.bytes());
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {offset, end}, 0, 2);
                json.writeEndObject();
                offset = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    private static void writeValues(Entry entry, OutputStream out) throws IOException {
        INDArray array = entry.values.get();
        if (!Arrays.equals(array.shape(), entry.shape)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Tensor %s was announced with shape %s, but its values have %s",
                            entry.name,
                            Arrays.toString(entry.shape),
                            Arrays.toString(array.shape())));
        }
        if (entry.bytes() == 0) {
            return;
        }
        TensorType type = TensorType.of(array.dataType());
        if (!Elements.converts(type, entry.type)) {
            // Half-precision types are reached from float, the others by ND4J itself.
            boolean half = entry.type == TensorType.F16 || entry.type == TensorType.BF16;
            type = half ? TensorType.F32 : entry.type;
            array = array.castTo(type.dataType());
        }
        if (!Memory.dense(array)) {
            array = array.dup('c');
        }
        int elements = CHUNK / Long.BYTES;
        ByteBuffer chunk =
                Elements.littleEndian(ByteBuffer.allocate(elements * entry.type.width()));
        for (long first = 0; first < array.length(); first += elements) {
            int n = (int) Math.min(elements, array.length() - first);
            chunk.clear().limit(n * entry.type.width());
            Elements.copy(
                    Memory.of(array, first * type.width(), n * type.width()),
                    type,
                    chunk,
                    entry.type);
            out.write(chunk.array(), 0, n * entry.type.width());
        }
    }

    private record Entry(String name, TensorType type, long[] shape, IOSupplier<INDArray> values) {
        long bytes() {
            long bytes = type.width();
            for (long length : shape) {
                bytes = Math.multiplyExact(bytes, length);
            }
            return bytes;
        }
    }
}
