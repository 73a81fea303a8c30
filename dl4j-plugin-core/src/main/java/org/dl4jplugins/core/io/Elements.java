package org.dl4jplugins.core.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Converts elements between buffers: what a file holds (little-endian) and what an array holds (the
 * machine's order).
 */
final class Elements {

    private Elements() {}

    /** Whether {@link #copy} can turn the one type into the other. */
    static boolean converts(TensorType from, TensorType to) {
        return from == to
                || to == TensorType.F32
                || to == TensorType.F64
                || from == TensorType.F32 && (to == TensorType.F16 || to == TensorType.BF16);
    }

    /**
     * Copies all elements of one buffer into another.
     *
     * @param source whole elements, in its own byte order
     * @param from their type
     * @param target has room for as many elements; filled in its own byte order
     * @param to their type afterwards, one that {@link #converts} accepts
     */
    static void copy(ByteBuffer source, TensorType from, ByteBuffer target, TensorType to) {
        if (from == to) {
            copySame(source, target, from.width());
        } else if (to == TensorType.F32) {
            toFloat(source, from, target);
        } else if (to == TensorType.F64) {
            toDouble(source, from, target);
        } else {
            narrow(source, target, to);
        }
    }

    private static void copySame(ByteBuffer source, ByteBuffer target, int width) {
        if (width == 1 || source.order() == target.order()) {
            target.put(source);
        } else if (width == Short.BYTES) {
            target.asShortBuffer().put(source.asShortBuffer());
        } else if (width == Integer.BYTES) {
            target.asIntBuffer().put(source.asIntBuffer());
        } else {
            target.asLongBuffer().put(source.asLongBuffer());
        }
    }

    private static void toFloat(ByteBuffer source, TensorType from, ByteBuffer target) {
        // Bits, not floats: a float that passes through a register may lose what its NaN carries.
        switch (from) {
            case F16 -> {
                while (source.hasRemaining()) {
                    target.putInt(Float.floatToRawIntBits(HalfFloats.fromHalf(source.getShort())));
                }
            }
            case BF16 -> {
                while (source.hasRemaining()) {
                    target.putInt(source.getShort() << 16);
                }
            }
            case I64 -> {
                while (source.hasRemaining()) {
                    target.putFloat(source.getLong());
                }
            }
            default -> {
                while (source.hasRemaining()) {
                    target.putFloat((float) number(source, from));
                }
            }
        }
    }

    private static void toDouble(ByteBuffer source, TensorType from, ByteBuffer target) {
        while (source.hasRemaining()) {
            target.putDouble(number(source, from));
        }
    }

    private static double number(ByteBuffer source, TensorType from) {
        return switch (from) {
            case F64 -> source.getDouble();
            case F32 -> source.getFloat();
            case F16 -> HalfFloats.fromHalf(source.getShort());
            case BF16 -> HalfFloats.fromBFloat16(source.getShort());
            case I64 -> source.getLong();
            case I32 -> source.getInt();
            case I16 -> source.getShort();
            case I8 -> source.get();
            case U64 -> unsigned(source.getLong());
            case U32 -> Integer.toUnsignedLong(source.getInt());
            case U16 -> Short.toUnsignedInt(source.getShort());
            case U8 -> Byte.toUnsignedInt(source.get());
            case BOOL -> source.get() == 0 ? 0 : 1;
        };
    }

    private static double unsigned(long bits) {
        // Halved with the last bit kept for rounding, as the sign bit is in use.
        return bits >= 0 ? bits : (double) (bits >>> 1 | bits & 1) * 2;
    }

    private static void narrow(ByteBuffer source, ByteBuffer target, TensorType to) {
        while (source.hasRemaining()) {
            float value = source.getFloat();
            target.putShort(
                    to == TensorType.F16 ? HalfFloats.toHalf(value) : HalfFloats.toBFloat16(value));
        }
    }

    static ByteBuffer littleEndian(ByteBuffer buffer) {
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }
}
