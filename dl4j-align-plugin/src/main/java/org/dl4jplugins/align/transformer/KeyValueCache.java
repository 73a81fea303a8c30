package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Keys and values of the tokens so far. What is in it never changes, it only grows, by doubling its
 * memory, so that a token costs the same whatever came before; states are views.
 */
final class KeyValueCache {
    private static final String KEY = "key";
    private static final String VALUE = "value";
    private static final String MASK = "mask";
    private static final int FIRST_CAPACITY = 32;

    private INDArray keys;
    private INDArray values;
    private float[][] mask; // null as long as no token was padding
    private int length;

    int length() {
        return length;
    }

    /** [batch, length, width], a view. */
    INDArray keys() {
        return firstTokens(keys);
    }

    /** [batch, length, width], a view. */
    INDArray values() {
        return firstTokens(values);
    }

    /** [batch * length] of 0 and 1, or null. */
    float[] mask() {
        return masked(length);
    }

    /** The mask as it will be with further tokens. */
    float[] maskWith(float[] more, int batch, int time) {
        if (mask == null && more == null) {
            return null;
        }
        float[] old = mask == null ? null : masked(length);
        float[] all = new float[batch * (length + time)];
        Arrays.fill(all, 1);
        for (int b = 0; b < batch; b++) {
            int row = b * (length + time);
            if (old != null) {
                System.arraycopy(old, b * length, all, row, length);
            }
            if (more != null) {
                System.arraycopy(more, b * time, all, row + length, time);
            }
        }
        return all;
    }

    private float[] masked(int time) {
        if (mask == null) {
            return null;
        }
        float[] all = new float[mask.length * time];
        for (int b = 0; b < mask.length; b++) {
            System.arraycopy(mask[b], 0, all, b * time, time);
        }
        return all;
    }

    private INDArray firstTokens(INDArray array) {
        return slice(array, 0, length);
    }

    private static INDArray slice(INDArray array, int from, int to) {
        return array.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all());
    }

    /**
     * Adds tokens.
     *
     * @param k [batch, new tokens, width]
     * @param v [batch, new tokens, width]
     * @param more [batch * new tokens] of 0 and 1, or null for all 1
     * @throws IllegalStateException if the tokens before were of another batch size
     */
    void append(INDArray k, INDArray v, float[] more) {
        int batch = (int) k.size(0);
        int time = (int) k.size(1);
        if (keys != null && (keys.size(0) != batch || keys.size(2) != k.size(2))) {
            throw new IllegalStateException(
                    "the tokens so far are a batch of "
                            + keys.size(0)
                            + ", the next ones of "
                            + batch
                            + ": call rnnClearPreviousState() before another batch");
        }
        appendMask(more, batch, time);
        keys = withRoom(keys, k, time);
        values = withRoom(values, v, time);
        slice(keys, length, length + time).assign(k);
        slice(values, length, length + time).assign(v);
        length += time;
    }

    private void appendMask(float[] more, int batch, int time) {
        if (mask == null && (more == null || allOnes(more))) {
            return;
        }
        if (mask == null) {
            mask = new float[batch][Math.max(FIRST_CAPACITY, 2 * (length + time))];
            for (float[] row : mask) {
                Arrays.fill(row, 0, length, 1);
            }
        }
        for (int b = 0; b < batch; b++) {
            if (mask[b].length < length + time) {
                mask[b] = Arrays.copyOf(mask[b], 2 * (length + time));
            }
            for (int t = 0; t < time; t++) {
                mask[b][length + t] = more == null ? 1 : more[b * time + t];
            }
        }
    }

    private static boolean allOnes(float[] values) {
        for (float value : values) {
            if (value == 0) {
                return false;
            }
        }
        return true;
    }

    private INDArray withRoom(INDArray array, INDArray like, int time) {
        if (array != null && array.size(1) >= length + time) {
            return array;
        }
        int capacity = Math.max(FIRST_CAPACITY, 2 * length);
        INDArray larger = detached(like, like.size(0), Math.max(capacity, length + time));
        if (length > 0) {
            slice(larger, 0, length).assign(firstTokens(array));
        }
        return larger;
    }

    @SuppressWarnings("try") // the scope is only opened and closed
    private static INDArray detached(INDArray like, long batch, long time) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return Nd4j.createUninitialized(
                    like.dataType(), new long[] {batch, time, like.size(2)}, 'c');
        }
    }

    /** Another cache whose sequence i is a copy of sequence rows[i]. */
    KeyValueCache reordered(int[] rows) {
        KeyValueCache other = new KeyValueCache();
        if (length == 0) {
            return other;
        }
        other.keys = detached(keys, rows.length, keys.size(1));
        other.values = detached(values, rows.length, keys.size(1));
        other.length = length;
        for (int i = 0; i < rows.length; i++) {
            row(other.keys, i).assign(row(keys, rows[i]));
            row(other.values, i).assign(row(values, rows[i]));
        }
        if (mask != null) {
            other.mask = new float[rows.length][];
            Arrays.setAll(other.mask, i -> mask[rows[i]].clone());
        }
        return other;
    }

    private INDArray row(INDArray array, int row) {
        return array.get(
                NDArrayIndex.interval(row, row + 1),
                NDArrayIndex.interval(0, length),
                NDArrayIndex.all());
    }

    /** For {@code rnnGetPreviousState}; empty if there is nothing. */
    @SuppressWarnings("try") // the scope is only opened and closed
    Map<String, INDArray> state() {
        Map<String, INDArray> state = new LinkedHashMap<>();
        if (length > 0) {
            state.put(KEY, keys());
            state.put(VALUE, values());
            if (mask != null) {
                try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
                    state.put(
                            MASK, Nd4j.createFromArray(mask()).reshape('c', keys.size(0), length));
                }
            }
        }
        return state;
    }

    /**
     * A cache with a copy of a state.
     *
     * @param state as {@link #state()} gives it, or null
     * @param width features of a token
     * @throws IllegalArgumentException if the state is another one's
     */
    static KeyValueCache of(Map<String, INDArray> state, long width) {
        KeyValueCache cache = new KeyValueCache();
        if (state == null || state.isEmpty()) {
            return cache;
        }
        INDArray k = state.get(KEY);
        INDArray v = state.get(VALUE);
        if (k == null || v == null || k.rank() != 3 || k.size(2) != width || !k.equalShapes(v)) {
            throw new IllegalArgumentException(
                    "the state of attention needs \"key\" and \"value\" of shape [batch, tokens, "
                            + width
                            + "], got "
                            + state.keySet());
        }
        float[] mask = KeyPositions.mask("state mask", state.get(MASK), k.size(0), k.size(1));
        cache.append(k, v, mask);
        return cache;
    }
}
