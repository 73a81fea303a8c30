package org.dl4jplugins.align.llm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.dl4jplugins.core.io.MalformedFileException;

/**
 * The fields of one protobuf message in the order of its bytes. It holds views of the message,
 * never copies, and a length that goes beyond the message is refused.
 *
 * <pre>{@code
 * while (reader.next()) {
 *     switch (reader.field()) { case 5 -> use(reader.message()); default -> { } }
 * }
 * }</pre>
 */
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer bytes;
    private final String source;
    private int field;
    private int wireType;
    private long number;
    private ByteBuffer content;

    ProtoReader(ByteBuffer bytes, String source) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.source = source;
    }

    /** Goes to the next field; false at the end of the message. */
    boolean next() throws MalformedFileException {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (tag >>> 32 != 0 || field == 0) {
            throw refuse("a field without a valid number");
        }
        content = null;
        switch (wireType) {
            case VARINT -> number = varint();
            case FIXED64 -> content = take(Long.BYTES);
            case FIXED32 -> content = take(Integer.BYTES);
            case BYTES -> content = take(varint());
            default -> throw refuse("a field of the unknown wire type " + wireType);
        }
        return true;
    }

    int field() {
        return field;
    }

    /** The value of a whole number. */
    long number() throws MalformedFileException {
        expect(VARINT, "a whole number");
        return number;
    }

    /** The raw content of a text, a message or packed numbers; little-endian. */
    ByteBuffer bytes() throws MalformedFileException {
        expect(BYTES, "bytes");
        return content;
    }

    String text() throws MalformedFileException {
        return StandardCharsets.UTF_8.decode(bytes().duplicate()).toString();
    }

    ProtoReader message() throws MalformedFileException {
        return new ProtoReader(bytes(), source);
    }

    /** Whether the field holds several numbers at once. */
    boolean isPacked() {
        return wireType == BYTES;
    }

    /** The numbers of a packed field, read as a message of bare numbers. */
    Packed packed() throws MalformedFileException {
        return new Packed(message());
    }

    MalformedFileException refuse(String what) {
        return new MalformedFileException(
                source, "is no valid protobuf: " + what + " near byte " + bytes.position());
    }

    private void expect(int type, String what) throws MalformedFileException {
        if (wireType != type) {
            throw refuse("field " + field + " is not " + what);
        }
    }

    private ByteBuffer take(long length) throws MalformedFileException {
        if (length < 0 || length > bytes.remaining()) {
            throw refuse(
                    "a field of "
                            + Long.toUnsignedString(length)
                            + " bytes where only "
                            + bytes.remaining()
                            + " are left");
        }
        ByteBuffer taken =
                bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return taken;
    }

    private long varint() throws MalformedFileException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw refuse("a number that is cut off");
            }
            byte b = bytes.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw refuse("a number of more than 64 bits");
    }

    /** Whole numbers, one after another. */
    static final class Packed {
        private final ProtoReader reader;

        private Packed(ProtoReader reader) {
            this.reader = reader;
        }

        boolean hasNext() {
            return reader.bytes.hasRemaining();
        }

        long next() throws MalformedFileException {
            return reader.varint();
        }
    }
}
