package org.dl4jplugins.align.generation;

import java.util.Arrays;

/** Token ids that grow. */
final class Sequence {
    private int[] ids;
    private final int start;
    private int length;
    private double logProbability;

    /**
     * @param prompt what is there already
     */
    Sequence(int[] prompt) {
        ids = Arrays.copyOf(prompt, Math.max(16, 2 * prompt.length));
        start = prompt.length;
        length = prompt.length;
    }

    /** A copy with one more token. */
    Sequence with(int id, double logProbability) {
        Sequence copy = new Sequence(new int[0], start, this.logProbability);
        copy.ids = Arrays.copyOf(ids, Math.max(ids.length, length + 1));
        copy.length = length;
        copy.add(id, logProbability);
        return copy;
    }

    private Sequence(int[] ids, int start, double logProbability) {
        this.ids = ids;
        this.start = start;
        this.logProbability = logProbability;
    }

    void add(int id, double logProbability) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
        this.logProbability += logProbability;
    }

    /** All ids. */
    int[] all() {
        return Arrays.copyOf(ids, length);
    }

    /** The ids behind the prompt. */
    int[] added() {
        return Arrays.copyOfRange(ids, start, length);
    }

    int last() {
        return ids[length - 1];
    }

    int addedLength() {
        return length - start;
    }

    double logProbability() {
        return logProbability;
    }
}
