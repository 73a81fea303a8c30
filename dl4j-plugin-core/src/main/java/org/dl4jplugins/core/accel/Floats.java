package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Off-heap single-precision memory: addresses and buffers over it. */
public final class Floats {
    /** Most elements one buffer can show. */
    public static final long MAX_LENGTH = Integer.MAX_VALUE / Float.BYTES;

    /** Elements per copy between off-heap memory and an array on the heap; fits the L1 cache. */
    public static final int CHUNK = 2048;

    private Floats() {}

    /**
     * Address of the first element.
     *
     * @param array an array of FLOAT
     * @return the address, view offset included
     */
    public static long address(INDArray array) {
        return array.data().addressPointer().address();
    }

    /**
     * The elements of a dense array in memory order.
     *
     * @param array a FLOAT array that covers {@code length()} consecutive elements
     * @return a buffer on the same memory
     */
    public static FloatBuffer of(INDArray array) {
        return of(address(array), array.length());
    }

    /**
     * The bits of a dense array's elements in memory order.
     *
     * @param array a FLOAT array that covers {@code length()} consecutive elements
     * @return a buffer on the same memory
     */
    public static IntBuffer bits(INDArray array) {
        return new Bits(address(array), array.length()).asBuffer();
    }

    /**
     * Memory at an address.
     *
     * @param address of the first element
     * @param length in elements, at most {@link #MAX_LENGTH}
     * @return a buffer on the same memory
     */
    public static FloatBuffer of(long address, long length) {
        return new At(address, length).asBuffer();
    }

    /**
     * Whether an array is FLOAT, not too long, and stored in the 'c' order of its shape without
     * gaps.
     *
     * @param array any array
     * @return whether {@link #of(INDArray)} shows its elements in row-major order
     */
    public static boolean dense(INDArray array) {
        if (array.dataType() != DataType.FLOAT || array.length() > MAX_LENGTH) {
            return false;
        }
        long expected = 1;
        for (int d = array.rank() - 1; d >= 0; d--) {
            if (array.size(d) != 1 && array.stride(d) != expected) {
                return false;
            }
            expected *= array.size(d);
        }
        return true;
    }

    /**
     * Fills memory with zeros.
     *
     * @param address of the first element
     * @param length in elements
     */
    public static void zero(long address, long length) {
        if (length > 0) {
            Pointer.memset(new At(address, length), 0, length * Float.BYTES);
        }
    }

    /** A pointer to memory that somebody else owns. */
    private static final class At extends FloatPointer {
        At(long address, long length) {
            super((Pointer) null);
            this.address = address;
            this.limit = length;
            this.capacity = length;
        }
    }

    /** The same memory as integers. */
    private static final class Bits extends IntPointer {
        Bits(long address, long length) {
            super((Pointer) null);
            this.address = address;
            this.limit = length;
            this.capacity = length;
        }
    }
}
