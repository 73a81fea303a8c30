package org.dl4jplugins.core.io;

import org.nd4j.linalg.api.buffer.DataType;

/** Element types of safetensors files that ND4J has as well. */
public enum TensorType {
    /** 64-bit floating point. */
    F64(DataType.DOUBLE),
    /** 32-bit floating point. */
    F32(DataType.FLOAT),
    /** IEEE half precision: 5 bits of exponent, 10 of fraction. */
    F16(DataType.FLOAT16),
    /** The upper half of a 32-bit float: 8 bits of exponent, 7 of fraction. */
    BF16(DataType.BFLOAT16),
    /** Signed 64-bit integer. */
    I64(DataType.INT64),
    /** Signed 32-bit integer. */
    I32(DataType.INT32),
    /** Signed 16-bit integer. */
    I16(DataType.INT16),
    /** Signed 8-bit integer. */
    I8(DataType.INT8),
    /** Unsigned 64-bit integer. */
    U64(DataType.UINT64),
    /** Unsigned 32-bit integer. */
    U32(DataType.UINT32),
    /** Unsigned 16-bit integer. */
    U16(DataType.UINT16),
    /** Unsigned 8-bit integer. */
    U8(DataType.UINT8),
    /** One byte per value: 0 is false, 1 is true. */
    BOOL(DataType.BOOL);

    private final DataType dataType;

    TensorType(DataType dataType) {
        this.dataType = dataType;
    }

    /**
     * The ND4J type with the same bits.
     *
     * @return the type of what {@link TensorSource#read(String)} returns
     */
    public DataType dataType() {
        return dataType;
    }

    /**
     * Size of an element.
     *
     * @return in bytes: 1, 2, 4 or 8
     */
    public int width() {
        return dataType.width();
    }

    /**
     * Whether the elements are floating-point numbers.
     *
     * @return true for F64, F32, F16 and BF16
     */
    public boolean isFloat() {
        return dataType.isFPType();
    }

    /**
     * The file type with the same bits as an ND4J type.
     *
     * @param type any type
     * @return its counterpart
     * @throws IllegalArgumentException if files know no such type (strings, for example)
     */
    public static TensorType of(DataType type) {
        for (TensorType t : values()) {
            if (t.dataType == type) {
                return t;
            }
        }
        throw new IllegalArgumentException("safetensors files cannot hold elements of " + type);
    }
}
