package org.dl4jplugins.core.accel;

/**
 * For configurations that extend {@link org.deeplearning4j.nn.conf.layers.BatchNormalization}: the
 * minibatch is a stack of equal parts, contiguous along dimension 0, and every part is normalized
 * with its own statistics.
 *
 * <p>With {@code n = groups()} and an input {@code [n * batch, ...]}, examples {@code g * batch} to
 * {@code (g + 1) * batch - 1} are group {@code g}. In training, mean and variance are computed per
 * group and the running statistics are updated once per group in group order, {@code running =
 * decay * running + (1 - decay) * statistics(g)}; the backward pass is that of {@code n} separate
 * batch normalizations with shared parameters. Inference is not affected.
 */
public interface GroupedStatistics {
    /**
     * Number of equal parts stacked along the batch.
     *
     * @return at least 1; 1 is ordinary batch normalization
     */
    int groups();
}
