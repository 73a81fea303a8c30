package org.dl4jplugins.align.data;

import java.util.Arrays;

/** Integers in a row that grows. */
final class IntList {

    private int[] values = new int[16];
    private int size;

    void add(int value) {
        grow(1);
        values[size++] = value;
    }

    void add(int[] more) {
        grow(more.length);
        System.arraycopy(more, 0, values, size, more.length);
        size += more.length;
    }

    private void grow(int more) {
        if (values.length - size < more) {
            values = Arrays.copyOf(values, Math.max(2 * values.length, size + more));
        }
    }

    int size() {
        return size;
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
