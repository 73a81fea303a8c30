package org.dl4jplugins.align.lora;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array that reserves addresses and no memory: as long as nobody writes to it, the operating
 * system gives it no pages. Stock layers can only be asked for their parameters' shapes with an
 * array at hand, and ND4J fills the arrays it makes itself. Close it when no view is used any more.
 */
final class UntouchedMemory implements AutoCloseable {
    private final Pointer memory;
    private final INDArray array;

    /**
     * Reserves addresses.
     *
     * @param type of the array
     * @param length of the array [1, length], at least 1
     * @throws OutOfMemoryError if the system refuses
     */
    UntouchedMemory(DataType type, long length) {
        memory = Pointer.malloc(length * type.width());
        if (memory == null || memory.isNull()) {
            throw new OutOfMemoryError("Cannot reserve " + length * type.width() + " bytes");
        }
        MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        try {
            array =
                    Nd4j.create(
                            Nd4j.createBuffer(memory, length, type),
                            new long[] {1, length},
                            new long[] {length, 1},
                            0,
                            'c');
        } finally {
            outside.close();
        }
    }

    /** The array [1, length]; not to be written to, nor used after {@link #close}. */
    INDArray array() {
        return array;
    }

    @Override
    public void close() {
        Pointer.free(memory);
    }
}
