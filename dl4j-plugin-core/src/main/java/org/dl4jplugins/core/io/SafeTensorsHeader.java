package org.dl4jplugins.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonFactoryBuilder;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * The header of a safetensors file: an unsigned 64-bit length, then that much JSON, which gives
 * each tensor a type, a shape and a range of bytes. Everything it says is checked against the
 * file's size before anyone reads or allocates by it: the ranges must fit their shapes and cover
 * the rest of the file without gap or overlap.
 */
final class SafeTensorsHeader {
    static final String METADATA = "__metadata__";

    /** Bytes of the header's length. */
    static final int LENGTH_BYTES = Long.BYTES;

    /** Longest header accepted, in bytes; the reference implementation has the same limit. */
    static final long MAX_LENGTH = 100_000_000;

    private static final int MAX_RANK = 32;
    private static final int MAX_DIGITS = 19;
    private static final Set<String> KEYS = Set.of("dtype", "shape", "data_offsets");

    private final Path file;
    private final long dataStart;
    private final long dataBytes;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafeTensorsHeader(Path file, long dataStart, long dataBytes) {
        this.file = file;
        this.dataStart = dataStart;
        this.dataBytes = dataBytes;
    }

    static SafeTensorsHeader read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw new MalformedFileException(
                    file, "has " + size + " bytes, a safetensors file has at least 8");
        }
        long length = Elements.littleEndian(readFully(file, channel, 0, LENGTH_BYTES)).getLong();
        if (length < 0 || length > size - LENGTH_BYTES) {
            throw new MalformedFileException(
                    file,
                    "announces a header of "
                            + Long.toUnsignedString(length)
                            + " bytes, but only "
                            + (size - LENGTH_BYTES)
                            + " follow: truncated, or not a safetensors file");
        }
        if (length > MAX_LENGTH) {
            throw new MalformedFileException(
                    file, "has a header of " + length + " bytes, the limit is " + MAX_LENGTH);
        }
        String json = decode(file, readFully(file, channel, LENGTH_BYTES, (int) length));
        long start = LENGTH_BYTES + length;
        SafeTensorsHeader header = new SafeTensorsHeader(file, start, size - start);
        header.parse(json);
        header.checkCoverage();
        return header;
    }

    /** By name, in the order of their bytes. */
    Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    private static ByteBuffer readFully(Path file, FileChannel channel, long from, int bytes)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new MalformedFileException(file, "became shorter while it was read");
            }
        }
        return buffer.flip();
    }

    private static String decode(Path file, ByteBuffer bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(file, "its header is not text in UTF-8");
        }
    }

    private void parse(String json) throws IOException {
        if (!json.startsWith("{")) {
            throw new MalformedFileException(file, "its header is not JSON that starts with '{'");
        }
        JsonFactory factory =
                new JsonFactoryBuilder()
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .build();
        boolean metadataSeen = false;
        try (JsonParser parser = factory.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.getCurrentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    if (metadataSeen) {
                        throw new MalformedFileException(file, METADATA + " is there twice");
                    }
                    metadataSeen = true;
                    parseMetadata(parser);
                } else if (tensors.put(name, parseTensor(name, parser)) != null) {
                    throw refuse(name, "is described twice");
                }
            }
            if (parser.nextToken() != null) {
                throw new MalformedFileException(file, "its header goes on after its last '}'");
            }
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(
                    file, "its header is not valid JSON: " + e.getOriginalMessage());
        }
    }

    private void parseMetadata(JsonParser parser) throws IOException {
        expect(parser, JsonToken.START_OBJECT, METADATA, "must be an object of texts");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.getCurrentName();
            parser.nextToken();
            expect(parser, JsonToken.VALUE_STRING, METADATA, "'" + key + "' must be a text");
            if (metadata.put(key, parser.getText()) != null) {
                throw new MalformedFileException(file, METADATA + " has '" + key + "' twice");
            }
        }
    }

    private TensorInfo parseTensor(String name, JsonParser parser) throws IOException {
        expect(parser, JsonToken.START_OBJECT, name, "must be an object");
        String type = null;
        long[] shape = null;
        long[] offsets = null;
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.getCurrentName();
            parser.nextToken();
            if (!KEYS.contains(key)) {
                throw refuse(name, "has an unknown field '" + key + "'");
            }
            if (!seen.add(key)) {
                throw refuse(name, "has " + key + " twice");
            }
            switch (key) {
                case "dtype" -> {
                    expect(parser, JsonToken.VALUE_STRING, name, "dtype must be a text");
                    type = parser.getText();
                }
                case "shape" -> shape = parseNumbers(name, key, MAX_RANK, parser);
                default -> offsets = parseNumbers(name, key, 2, parser);
            }
        }
        if (type == null || shape == null || offsets == null) {
            throw refuse(name, "needs dtype, shape and data_offsets, but has only " + seen);
        }
        return tensor(name, parseType(name, type), shape, offsets);
    }

    private TensorInfo tensor(String name, TensorType type, long[] shape, long[] offsets)
            throws IOException {
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw refuse(
                    name, "data_offsets " + Arrays.toString(offsets) + " must be [begin, end]");
        }
        if (offsets[1] > dataBytes) {
            throw refuse(
                    name,
                    "ends at byte "
                            + offsets[1]
                            + " of the data, but the file has only "
                            + dataBytes
                            + ": truncated?");
        }
        long bytes = offsets[1] - offsets[0];
        long needed = type.width();
        try {
            for (long length : shape) {
                needed = Math.multiplyExact(needed, length);
            }
        } catch (ArithmeticException e) {
            throw refuse(name, "shape " + Arrays.toString(shape) + " has too many elements");
        }
        if (needed != bytes) {
            throw refuse(
                    name,
                    String.format(
                            "%s of shape %s needs %d bytes, but data_offsets %s give it %d",
                            type, Arrays.toString(shape), needed, Arrays.toString(offsets), bytes));
        }
        return new TensorInfo(name, type, shape, dataStart + offsets[0], bytes);
    }

    private TensorType parseType(String name, String type) throws IOException {
        for (TensorType known : TensorType.values()) {
            if (known.name().equals(type)) {
                return known;
            }
        }
        String reason =
                type.startsWith("F8") || type.startsWith("F4") || type.startsWith("F6")
                        ? " is a quantized type that means nothing without its scales; convert the"
                                + " checkpoint to BF16 or F32 first"
                        : " is unknown";
        throw refuse(
                name,
                "dtype " + type + reason + ". Known: " + Arrays.toString(TensorType.values()));
    }

    private long[] parseNumbers(String name, String key, int most, JsonParser parser)
            throws IOException {
        expect(parser, JsonToken.START_ARRAY, name, key + " must be a list of whole numbers");
        long[] numbers = new long[most];
        int n = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(
                    parser,
                    JsonToken.VALUE_NUMBER_INT,
                    name,
                    key + " must hold nothing but whole numbers");
            if (n == most) {
                throw refuse(name, key + " has more than " + most + " numbers");
            }
            if (parser.getTextLength() > MAX_DIGITS
                    || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw refuse(name, key + " has a number beyond 64 bits");
            }
            numbers[n] = parser.getLongValue();
            if (numbers[n] < 0) {
                throw refuse(name, key + " has the negative number " + numbers[n]);
            }
            n++;
        }
        return Arrays.copyOf(numbers, n);
    }

    private void checkCoverage() throws IOException {
        List<TensorInfo> sorted = new ArrayList<>(tensors.values());
        sorted.sort(
                Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes));
        long next = dataStart;
        String previous = "the header";
        for (TensorInfo info : sorted) {
            if (info.offset() != next) {
                String reason = info.offset() < next ? "overlaps " : "leaves a gap after ";
                throw refuse(info.name(), reason + previous);
            }
            next += info.bytes();
            previous = "tensor " + info.name();
        }
        if (next != dataStart + dataBytes) {
            throw new MalformedFileException(
                    file,
                    (dataStart + dataBytes - next)
                            + " bytes after "
                            + previous
                            + " belong to none");
        }
        tensors.clear();
        sorted.forEach(info -> tensors.put(info.name(), info));
    }

    private void expect(JsonParser parser, JsonToken token, String name, String otherwise)
            throws IOException {
        if (parser.currentToken() != token) {
            throw refuse(name, otherwise);
        }
    }

    private MalformedFileException refuse(String name, String reason) {
        return new MalformedFileException(file, "tensor " + name + ": " + reason);
    }
}
