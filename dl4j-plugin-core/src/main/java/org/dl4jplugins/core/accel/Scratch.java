package org.dl4jplugins.core.accel;

import org.bytedeco.javacpp.FloatPointer;

/** Off-heap working memory that grows to the largest request and is then reused. */
final class Scratch {
    private FloatPointer memory;

    /**
     * Memory with arbitrary content, valid until the next call.
     *
     * @param length in elements
     * @return address of the first element
     */
    long atLeast(long length) {
        if (memory == null || memory.capacity() < length) {
            if (memory != null) {
                memory.deallocate();
            }
            memory = new FloatPointer(length);
        }
        return memory.address();
    }
}
