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
    /** Most queries of a tile. */
    static final int ROWS = 64;

    static AttentionTile of(AttentionTask task, int example, int head, int firstRow) {
        int rows = Math.min(ROWS, task.queries() - firstRow);
        int first = task.firstKey(firstRow);
        int end = task.endKey(firstRow + rows - 1);
        return new AttentionTile(example, head, firstRow, rows, first, end - first);
    }
}
