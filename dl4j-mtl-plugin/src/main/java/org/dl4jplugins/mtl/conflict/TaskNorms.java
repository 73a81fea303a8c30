package org.dl4jplugins.mtl.conflict;

import java.util.Arrays;

/** Sums of one task's gradient norms and how many were not zero, per row. */
final class TaskNorms {

    private final double[] sums;
    private final long[] seen;

    TaskNorms(int rows) {
        this(new double[rows], new long[rows]);
    }

    /** Takes over the arrays, each [row]. */
    TaskNorms(double[] sums, long[] seen) {
        this.sums = sums;
        this.seen = seen;
    }

    void add(int row, double norm) {
        if (norm > 0) {
            sums[row] += norm;
            seen[row]++;
        }
    }

    double sum(int row) {
        return sums[row];
    }

    long seen(int row) {
        return seen[row];
    }

    double mean(int row) {
        return seen[row] == 0 ? 0 : sums[row] / seen[row];
    }

    TaskNorms copy() {
        return new TaskNorms(sums.clone(), seen.clone());
    }

    TaskNorms plus(TaskNorms other) {
        TaskNorms sum = copy();
        for (int row = 0; row < sums.length; row++) {
            sum.sums[row] += other.sums[row];
            sum.seen[row] += other.seen[row];
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskNorms that
                && Arrays.equals(sums, that.sums)
                && Arrays.equals(seen, that.seen);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }
}
