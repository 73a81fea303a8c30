/**
 * Several tasks' activations in one array: streams of equal size stacked along the batch.
 *
 * <p>With {@code S} streams, dimension 0 has {@code S * batch} entries, and entries {@code s *
 * batch} to {@code (s + 1) * batch - 1} belong to stream {@code s}. A layer runs once on the whole
 * stack, so its weights are shared and its gradient is the sum over the streams.
 */
package org.dl4jplugins.mtl.stream;
