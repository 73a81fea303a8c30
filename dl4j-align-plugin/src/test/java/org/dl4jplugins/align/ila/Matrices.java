package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.List;

/** Layers for tests. */
final class Matrices {

    private Matrices() {}

    /** Dense 4x4 layers of these names. */
    static List<AdaptedMatrix> of(String... names) {
        List<AdaptedMatrix> layers = new ArrayList<>();
        for (String name : names) {
            layers.add(matrix(name, 4, 4));
        }
        return layers;
    }

    /** Layers l0, l1, ... */
    static List<AdaptedMatrix> count(int count) {
        List<AdaptedMatrix> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(matrix("l" + i, 4, 4));
        }
        return layers;
    }

    /** A vertex with a single matrix. */
    static AdaptedMatrix matrix(String name, long inputs, long outputs) {
        return new AdaptedMatrix(name, name, "W", inputs, outputs);
    }
}
