package org.dl4jplugins.align.llm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.core.io.TensorType;

/**
 * An initializer: a {@code TensorProto} of an ONNX graph.
 *
 * @param name in the graph
 * @param type of its elements
 * @param shape its lengths along each axis
 * @param data its elements in row-major order, little-endian
 */
record OnnxTensor(String name, TensorType type, long[] shape, ByteBuffer data) {
    private static final int MAX_RANK = 32;
    private static final long EXTERNAL = 1;

    /** TensorProto.DataType. */
    private static final Map<Long, TensorType> TYPES =
            Map.ofEntries(
                    Map.entry(1L, TensorType.F32),
                    Map.entry(2L, TensorType.U8),
                    Map.entry(3L, TensorType.I8),
                    Map.entry(4L, TensorType.U16),
                    Map.entry(5L, TensorType.I16),
                    Map.entry(6L, TensorType.I32),
                    Map.entry(7L, TensorType.I64),
                    Map.entry(9L, TensorType.BOOL),
                    Map.entry(10L, TensorType.F16),
                    Map.entry(11L, TensorType.F64),
                    Map.entry(12L, TensorType.U32),
                    Map.entry(13L, TensorType.U64),
                    Map.entry(16L, TensorType.BF16));

    /** Null for a tensor whose data are in a form that no exporter uses for weights. */
    static OnnxTensor read(ProtoReader message, String source) throws MalformedFileException {
        long[] shape = new long[MAX_RANK];
        int rank = 0;
        long dataType = 0;
        String name = "";
        ByteBuffer data = null;
        boolean external = false;
        boolean typed = false;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> {
                    if (message.isPacked()) {
                        for (ProtoReader.Packed dims = message.packed(); dims.hasNext(); ) {
                            shape = put(shape, rank++, dims.next(), message);
                        }
                    } else {
                        shape = put(shape, rank++, message.number(), message);
                    }
                }
                case 2 -> dataType = message.number();
                case 8 -> name = message.text();
                    // raw_data; packed floats and doubles are the same bytes
                case 4, 9, 10 -> {
                    if (message.isPacked() && data == null) {
                        data = message.bytes();
                    } else {
                        typed = true;
                    }
                }
                case 5, 6, 7, 11 -> typed = true;
                case 13 -> external = true;
                case 14 -> external |= message.number() == EXTERNAL;
                default -> {}
            }
        }
        if (external) {
            throw new MalformedFileException(
                    source,
                    "tensor "
                            + name
                            + " lies in a file of its own; export the model with its weights inside,"
                            + " or use safetensors");
        }
        TensorType type = TYPES.get(dataType);
        if (typed || type == null) {
            return null;
        }
        return new OnnxTensor(name, type, Arrays.copyOf(shape, rank), data).checked(source);
    }

    private static long[] put(long[] shape, int axis, long length, ProtoReader message)
            throws MalformedFileException {
        if (axis == MAX_RANK) {
            throw message.refuse("a tensor of more than " + MAX_RANK + " axes");
        }
        shape[axis] = length;
        return shape;
    }

    private OnnxTensor checked(String source) throws MalformedFileException {
        long needed = type.width();
        try {
            for (long length : shape) {
                needed = Math.multiplyExact(needed, length);
                if (length < 0) {
                    throw new ArithmeticException();
                }
            }
        } catch (ArithmeticException e) {
            throw new MalformedFileException(
                    source, "tensor " + name + ": impossible shape " + Arrays.toString(shape));
        }
        long given = data == null ? 0 : data.remaining();
        if (given != needed) {
            throw new MalformedFileException(
                    source,
                    String.format(
                            "tensor %s: %s of shape %s needs %d bytes, but has %d",
                            name, type, Arrays.toString(shape), needed, given));
        }
        return this;
    }
}
