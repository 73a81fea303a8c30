package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One call of attention, with everything that its forward and backward pass depend on.
 *
 * @param conf heads, scale, causality, dropout
 * @param q [batch, queries, heads * headSize], turned by its positions already
 * @param k [batch, keys, kvHeads * headSize], turned already
 * @param v shaped as k
 * @param bias [heads, queries, keys] or null
 * @param mask [batch * keys], 1 for a key that may be seen and 0 for padding, or null
 * @param seed of dropout; 0 for no dropout
 */
record AttentionTask(
        AttentionVertex conf,
        INDArray q,
        INDArray k,
        INDArray v,
        INDArray bias,
        float[] mask,
        long seed) {

    int batch() {
        return (int) q.size(0);
    }

    int queries() {
        return (int) q.size(1);
    }

    int keys() {
        return (int) k.size(1);
    }

    int heads() {
        return conf.getHeads();
    }

    /** Query heads that share a key head. */
    int groupSize() {
        return conf.getHeads() / conf.getKvHeads();
    }

    /** First key that a query sees. */
    int firstKey(int query) {
        return conf.getWindow() == 0 ? 0 : Math.max(0, endKey(query) - conf.getWindow());
    }

    /** One behind the last key that a query sees. */
    int endKey(int query) {
        return conf.isCausal() ? Math.max(0, keys() - queries() + query + 1) : keys();
    }

    boolean drops() {
        return seed != 0;
    }

    /** Factor of weights that are not dropped. */
    float keptFactor() {
        return (float) (1 / (1 - conf.getDropout()));
    }

    /**
     * Whether dropout keeps a weight: a hash of the seed and the place, so that forward and
     * backward pass agree without storing anything, on any number of threads.
     *
     * @param place number of the weight in [batch, heads, queries, keys]
     */
    boolean keeps(long place) {
        long z = seed + place * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1.0p-53 >= conf.getDropout();
    }
}
