package org.dl4jplugins.align.transformer;

import java.util.concurrent.ConcurrentLinkedDeque;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Off-heap working memory that is used again: to allocate it takes longer than a small attention.
 * Threads take and give back at the same time; memory that a failed call keeps is freed by the
 * garbage collector.
 */
final class ScratchPool {
    private final ConcurrentLinkedDeque<Memory> free = new ConcurrentLinkedDeque<>();

    /** Memory with arbitrary content. */
    static final class Memory {
        private FloatPointer floats;

        /** Address of the first element; 0 if none were asked for. */
        long address() {
            return floats == null ? 0 : floats.address();
        }
    }

    /**
     * Takes memory.
     *
     * @param length elements, 0 for none
     * @return at least as much, until {@link #give}
     */
    Memory take(long length) {
        Memory memory = free.pollFirst();
        if (memory == null) {
            memory = new Memory();
        }
        if (length > 0 && (memory.floats == null || memory.floats.capacity() < length)) {
            if (memory.floats != null) {
                memory.floats.close();
            }
            memory.floats = new FloatPointer(Math.max(length, 1024));
        }
        return memory;
    }

    /** Gives memory back. */
    void give(Memory memory) {
        free.addFirst(memory);
    }
}
