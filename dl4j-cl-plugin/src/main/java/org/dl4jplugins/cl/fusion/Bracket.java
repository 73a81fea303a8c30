package org.dl4jplugins.cl.fusion;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.util.KthSelector;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;

/**
 * Selects from many scores in one pass (Floyd and Rivest, 1975): a sample of n^(2/3) tells between
 * which two values the wanted rank very probably lies; the pass counts what is below them and keeps
 * what is in between, some n^(2/3) again. Scores are not negative, so that their bits have their
 * order.
 */
final class Bracket {

    /** So many scores are all kept. */
    private static final int FEW = 1 << 14;

    /** Half the bracket, in standard deviations of a rank in the sample. */
    private static final double WIDTH = 3.5;

    /** Samples that share a buffer. */
    private static final int BLOCK = 1024;

    private final Chunks scores;
    private final int low;
    private final int high;
    private final int room;
    private long below;
    private long atMostLow;
    private long atMostHigh;
    private double[] between = new double[0];
    private int kept;

    private Bracket(Chunks scores, float low, float high, int room) {
        this.scores = scores;
        this.low = Float.floatToRawIntBits(low);
        this.high = Float.floatToRawIntBits(high);
        this.room = room;
    }

    /**
     * A bracket.
     *
     * @param scores at least one
     * @param share of the scores that are below what is wanted
     */
    static Bracket around(Chunks scores, double share) {
        float low = 0;
        float high = Float.POSITIVE_INFINITY;
        int size = (int) Math.pow(Math.cbrt(scores.length()), 2);
        if (scores.length() > FEW) {
            double[] sample = sample(scores, size);
            double margin = 2 + WIDTH * Math.sqrt(share * (1 - share) * size);
            int first = (int) (share * size - margin);
            int last = (int) (share * size + margin);
            low = first < 0 ? low : select(sample, first);
            high = last >= size ? high : select(sample, last);
        }
        Bracket bracket = new Bracket(scores, low, high, FEW + 16 * size);
        Chunks.stretches(scores.length(), bracket::pass);
        bracket.between = Arrays.copyOf(bracket.between, Math.min(bracket.kept, bracket.room));
        return bracket;
    }

    /** One score from each of so many parts of about equal length. */
    private static double[] sample(Chunks scores, int size) {
        double[] sample = new double[size];
        long step = scores.length() / size;
        int blocks = (size + BLOCK - 1) / BLOCK;
        Workers.loop(
                blocks,
                scores.length(),
                (first, last) -> {
                    for (int b = first; b < last; b++) {
                        int from = b * BLOCK;
                        int n = Math.min(BLOCK, size - from);
                        SplittableRandom random = new SplittableRandom(b);
                        Chunks.Reader reader = scores.reader(from * step, (int) (n * step));
                        for (int i = 0; i < n; i++) {
                            sample[from + i] = reader.at((int) (i * step + random.nextLong(step)));
                        }
                    }
                });
        return sample;
    }

    private void pass(long start, int length) {
        Part part = new Part();
        scores.reader(start, length).each(part::add);
        synchronized (this) {
            below += part.below;
            atMostLow += part.atMostLow;
            atMostHigh += part.atMostHigh;
            int size = kept + part.size;
            if (size > between.length && size <= room) {
                between = Arrays.copyOf(between, Math.min(room, 2 * size));
            }
            for (int i = kept; i < size && size <= room; i++) {
                between[i] = part.values[i - kept];
            }
            kept = Math.min(size, room + 1);
        }
    }

    /**
     * The score of a rank.
     *
     * @param rank from 0
     * @return NaN if it is outside the bracket or so many scores are inside that they were not kept
     */
    float rank(long rank) {
        if (rank < below || rank >= atMostHigh || kept > room) {
            return Float.NaN;
        }
        if (rank < atMostLow) {
            return Float.intBitsToFloat(low);
        }
        return rank - atMostLow < kept
                ? select(between, (int) (rank - atMostLow))
                : Float.intBitsToFloat(high);
    }

    private static float select(double[] values, int rank) {
        return (float) new KthSelector().select(values, null, rank);
    }

    /** What one thread finds in a part. */
    private final class Part {
        private int below;
        private int atMostLow;
        private int atMostHigh;
        private float[] values = new float[2 * Floats.CHUNK];
        private int size;

        void add(float[] chunk, int n) {
            if (size + n > values.length) {
                values = Arrays.copyOf(values, 2 * values.length);
            }
            int end = size;
            int lower = 0;
            int atLow = 0;
            int atHigh = 0;
            for (int i = 0; i < n; i++) {
                int bits = Float.floatToRawIntBits(chunk[i]);
                int aboveLow = (low - bits) >>> 31;
                int belowHigh = (bits - high) >>> 31;
                lower += (bits - low) >>> 31;
                atLow += aboveLow;
                atHigh += (high - bits) >>> 31;
                values[end] = chunk[i];
                end += aboveLow & belowHigh;
            }
            size = end;
            below += lower;
            atMostLow += n - atLow;
            atMostHigh += n - atHigh;
        }
    }
}
