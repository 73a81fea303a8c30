package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KeyValueCacheTest {

    private static INDArray token(double value) {
        return Nd4j.valueArrayOf(new long[] {2, 1, 3}, value, DataType.FLOAT);
    }

    /** Doubling: a thousand tokens are copied a few times only, so each costs the same. */
    @Test
    void growsByDoubling() {
        KeyValueCache cache = new KeyValueCache();
        Set<Long> buffers = new HashSet<>();
        for (int t = 0; t < 1000; t++) {
            cache.append(token(t), token(-t), null);
            buffers.add(
                    cache.keys().data().originalDataBuffer() == null
                            ? cache.keys().data().pointer().address()
                            : cache.keys().data().originalDataBuffer().pointer().address());
        }
        assertTrue(buffers.size() <= 6, "moved " + buffers.size() + " times");
        assertEquals(1000, cache.length());
        for (int t = 0; t < 1000; t++) {
            assertEquals(t, cache.keys().getDouble(1, t, 2));
            assertEquals(-t, cache.values().getDouble(0, t, 0));
        }
        assertNull(cache.mask());
    }

    @Test
    void masksAreKeptFromTheFirstPaddingOn() {
        KeyValueCache cache = new KeyValueCache();
        cache.append(token(1), token(1), null);
        assertArrayEquals(
                new float[] {1, 0, 1, 1}, cache.maskWith(new float[] {0, 1}, 2, 1), "row by row");
        cache.append(token(2), token(2), new float[] {0, 1});
        for (int t = 0; t < 40; t++) {
            cache.append(token(3), token(3), null);
        }
        float[] mask = cache.mask();
        assertEquals(84, mask.length);
        for (int i = 0; i < 84; i++) {
            assertEquals(i == 1 ? 0 : 1, mask[i], "mask " + i);
        }
        KeyValueCache swapped = cache.reordered(new int[] {1, 0, 0});
        assertEquals(0, swapped.mask()[42 + 1]);
        assertEquals(0, swapped.mask()[84 + 1]);
        assertEquals(1, swapped.mask()[1]);
        KeyValueCache restored = KeyValueCache.of(cache.state(), 3);
        assertArrayEquals(mask, restored.mask());
        assertEquals(cache.keys(), restored.keys());
    }

    /** A saved state stays as it was, whatever follows. */
    @Test
    void statesDoNotChange() {
        KeyValueCache cache = new KeyValueCache();
        cache.append(token(1), token(2), null);
        var state = cache.state();
        cache.append(token(3), token(4), null);
        KeyValueCache other = KeyValueCache.of(state, 3);
        other.append(token(5), token(6), null);
        assertEquals(3, cache.keys().getDouble(0, 1, 0));
        assertEquals(5, other.keys().getDouble(0, 1, 0));
        assertEquals(1, state.get("key").size(1));
    }
}
