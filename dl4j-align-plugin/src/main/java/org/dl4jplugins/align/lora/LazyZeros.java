package org.dl4jplugins.align.lora;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Zeros that take memory only where they are written to: the operating system gives large blocks
 * their pages at the first write, and ND4J, which writes zeros into the arrays it makes, would
 * touch all of them.
 */
final class LazyZeros {
    private LazyZeros() {}

    /**
     * A detached array, freed when no view of it is left.
     *
     * @param type of the array
     * @param length of the array [1, length], at least 1
     * @throws OutOfMemoryError if the system refuses
     */
    static INDArray create(DataType type, long length) {
        MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        try {
            return Nd4j.create(
                    Nd4j.createBuffer(new Block(length * type.width()), length, type),
                    new long[] {1, length},
                    new long[] {length, 1},
                    0,
                    'c');
        } finally {
            outside.close();
        }
    }

    /** Zeroed memory that is freed with this object. */
    private static final class Block extends Pointer {
        Block(long bytes) {
            super((Pointer) null);
            Pointer memory = Pointer.calloc(bytes, 1);
            if (memory == null || memory.isNull()) {
                throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes");
            }
            address = memory.address();
            limit = bytes;
            capacity = bytes;
            deallocator(() -> Pointer.free(memory));
        }

        @Override
        public int sizeof() {
            return 1;
        }
    }
}
