package org.dl4jplugins.mtl.data;

import java.util.Random;

/** Small random pictures for tests. */
final class Pictures {

    private Pictures() {}

    /**
     * {@code count} random pictures of size x size, picture i of class i modulo {@code classes}.
     */
    static LabeledImages random(int count, int size, int classes, long seed) {
        byte[] pixels = new byte[count * size * size];
        new Random(seed).nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        return new LabeledImages(
                new IdxArray("pixels", new int[] {count, size, size}, pixels),
                new IdxArray("labels", new int[] {count}, labels));
    }
}
