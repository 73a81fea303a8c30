package org.dl4jplugins.align.transformer;

/**
 * Some queries of one head with all the keys that any of them sees.
 *
 * @param example number in the batch
 * @param head query head
 * @param firstRow first query
 * @param rows queries
 * @param firstKey first key
 * @param keys number of keys, at least 1
 */
record AttentionTile(int example, int head, int firstRow, int rows, int firstKey, int keys) {
    private static final int MOST_ROWS = 64;
    private static final int FEWEST_ROWS = 16;
    private static final int SCORES = 65536;

    /** Most queries of a tile: few enough for its scores to fit the L2 cache. */
    static int rows(AttentionTask task) {
        int fitting = Math.max(FEWEST_ROWS, SCORES / task.keys());
        return Math.min(Math.min(MOST_ROWS, fitting), task.queries());
    }

    static AttentionTile of(AttentionTask task, int example, int head, int firstRow) {
        int rows = Math.min(rows(task), task.queries() - firstRow);
        int first = task.firstKey(firstRow);
        int end = task.endKey(firstRow + rows - 1);
        return new AttentionTile(example, head, firstRow, rows, first, end - first);
    }
}
