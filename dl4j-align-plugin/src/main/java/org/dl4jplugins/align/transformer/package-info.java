/**
 * Transformer blocks as ordinary layers and vertices with hand-written backward passes, conf apart
 * from runtime.
 *
 * <p>One layout throughout: activations are [batch, time, width] in 'c' order ("NWC"), token ids
 * [batch, time] of any numeric type, masks [batch, time] of 0 and 1. Layers take any rank from 2 on
 * and work on the last axis. FLOAT arrays go through loops and matrix products on off-heap memory,
 * DOUBLE through ND4J.
 */
package org.dl4jplugins.align.transformer;
