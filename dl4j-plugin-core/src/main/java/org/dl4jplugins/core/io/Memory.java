package org.dl4jplugins.core.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array's bytes. */
final class Memory {

    private Memory() {}

    /** Whether the elements lie in the 'c' order of the shape without gaps. */
    static boolean dense(INDArray array) {
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
     * Part of a dense array's memory.
     *
     * @param array a dense array, not empty
     * @param offset in bytes from its first element
     * @param bytes how many
     * @return a buffer on the same memory
     */
    static ByteBuffer of(INDArray array, long offset, int bytes) {
        long address = array.data().addressPointer().address();
        return new At(address + offset, bytes).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** A pointer to memory that somebody else owns. */
    private static final class At extends BytePointer {
        At(long address, long bytes) {
            super((Pointer) null);
            this.address = address;
            this.limit = bytes;
            this.capacity = bytes;
        }

        @Override
        public int sizeof() {
            return 1;
        }
    }
}
