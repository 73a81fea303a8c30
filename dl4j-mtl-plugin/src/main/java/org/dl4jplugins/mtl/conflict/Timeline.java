package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts along the training in a bounded number of segments.
 *
 * <p>If the number of iterations is known, every segment is its 64th part. If not, segments of
 * equal length are opened until there are 64; then neighbors are joined and all later ones are
 * twice as long. Iteration i of n (from 0) belongs to quarter {@code floor(4 i / n)}; a segment
 * belongs to the quarter of its middle. So quarters are exact for a known number of iterations and
 * for at most 64, and otherwise begin and end at most n / 64 iterations beside the exact place.
 */
final class Timeline {

    static final int SEGMENTS = 64;

    private final int rows;
    private final int bins;
    private final long planned;
    private List<LayerCounts> segments = new ArrayList<>();
    private long width = 1;
    private long recorded;
    private int plannedSegment = -1;

    /** {@code planned} is the number of iterations to be recorded, 0 if unknown. */
    Timeline(int rows, int bins, long planned) {
        this.rows = rows;
        this.bins = bins;
        this.planned = planned;
    }

    /** Where the next iteration is to be counted. */
    LayerCounts next() {
        if (planned > 0 ? beginsPlannedSegment() : lastIsFull()) {
            segments.add(new LayerCounts(rows, bins));
        }
        recorded++;
        LayerCounts segment = segments.get(segments.size() - 1);
        segment.beginIteration();
        return segment;
    }

    private boolean beginsPlannedSegment() {
        int segment = (int) Math.min(SEGMENTS - 1, recorded * SEGMENTS / planned);
        boolean begins = segment != plannedSegment;
        plannedSegment = segment;
        return begins;
    }

    private boolean lastIsFull() {
        boolean full =
                segments.isEmpty() || segments.get(segments.size() - 1).iterations() == width;
        if (full && segments.size() == SEGMENTS) {
            segments = joinNeighbors(segments);
            width *= 2;
        }
        return full;
    }

    List<LayerCounts> snapshot() {
        return segments.stream().map(LayerCounts::copy).toList();
    }

    /** One stretch after the other, in at most 64 segments. */
    static List<LayerCounts> concatenate(List<LayerCounts> first, List<LayerCounts> second) {
        List<LayerCounts> all = new ArrayList<>(first);
        all.addAll(second);
        while (all.size() > SEGMENTS) {
            all = joinNeighbors(all);
        }
        return List.copyOf(all);
    }

    private static List<LayerCounts> joinNeighbors(List<LayerCounts> segments) {
        List<LayerCounts> joined = new ArrayList<>(SEGMENTS);
        for (int i = 0; i < segments.size(); i += 2) {
            LayerCounts left = segments.get(i);
            joined.add(i + 1 < segments.size() ? left.plus(segments.get(i + 1)) : left);
        }
        return joined;
    }

    /** The four quarters, some perhaps empty, each [row, bin]. */
    static List<LayerCounts> quarters(List<LayerCounts> segments, int rows, int bins) {
        LayerCounts[] quarters = new LayerCounts[4];
        Arrays.setAll(quarters, q -> new LayerCounts(rows, bins));
        long total = segments.stream().mapToLong(LayerCounts::iterations).sum();
        long start = 0;
        for (LayerCounts segment : segments) {
            if (segment.iterations() > 0) {
                long middle = start + (segment.iterations() - 1) / 2;
                int quarter = (int) (4 * middle / total);
                quarters[quarter] = quarters[quarter].plus(segment);
                start += segment.iterations();
            }
        }
        return List.of(quarters);
    }
}
