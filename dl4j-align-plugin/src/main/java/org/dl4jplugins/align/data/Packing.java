package org.dl4jplugins.align.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts short sequences into rows, the longest first, each where it leaves the least room. */
final class Packing {

    private Packing() {}

    /**
     * @param room tokens of a row, no sequence is longer
     * @return rows whose sequences stand one after the other; the first token of a sequence is not
     *     learned, except that of the row
     */
    static List<LabeledTokens> pack(List<LabeledTokens> sequences, int room) {
        List<LabeledTokens> byLength = new ArrayList<>(sequences);
        byLength.sort(Comparator.comparingInt(LabeledTokens::size).reversed());
        List<List<LabeledTokens>> rows = new ArrayList<>();
        TreeMap<Integer, Deque<List<LabeledTokens>>> byRoom = new TreeMap<>();
        for (LabeledTokens sequence : byLength) {
            Map.Entry<Integer, Deque<List<LabeledTokens>>> fit =
                    byRoom.ceilingEntry(sequence.size());
            List<LabeledTokens> row;
            int left;
            if (fit == null) {
                row = new ArrayList<>();
                rows.add(row);
                left = room;
            } else {
                row = fit.getValue().pop();
                left = fit.getKey();
                if (fit.getValue().isEmpty()) {
                    byRoom.remove(left);
                }
            }
            row.add(sequence);
            byRoom.computeIfAbsent(left - sequence.size(), key -> new ArrayDeque<>()).push(row);
        }
        return rows.stream().map(Packing::join).toList();
    }

    private static LabeledTokens join(List<LabeledTokens> row) {
        int size = row.stream().mapToInt(LabeledTokens::size).sum();
        int[] ids = new int[size];
        boolean[] learned = new boolean[size];
        int at = 0;
        for (LabeledTokens one : row) {
            System.arraycopy(one.ids(), 0, ids, at, one.size());
            System.arraycopy(one.learned(), 0, learned, at, one.size());
            learned[at] = at == 0 && learned[at];
            at += one.size();
        }
        return new LabeledTokens(Arrays.copyOf(ids, at), Arrays.copyOf(learned, at));
    }
}
