package org.dl4jplugins.examples.ila;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomAdaptor;
import org.dl4jplugins.align.data.TextExample;

/** Splits training data for a search, so that test data are not seen before the end. */
final class HeldOut {

    private static final int PARTS = 5;

    private HeldOut() {}

    /** Training examples without a fifth of them, which takes the place of the test examples. */
    static TaskData of(TaskData data, long seed) {
        List<TextExample> mixed = new ArrayList<>(data.train());
        Collections.shuffle(mixed, new RandomAdaptor(new MersenneTwister(seed)));
        int held = Math.max(1, mixed.size() / PARTS);
        return new TaskData(
                data.name(),
                List.copyOf(mixed.subList(held, mixed.size())),
                List.copyOf(mixed.subList(0, held)),
                data.labels());
    }
}
