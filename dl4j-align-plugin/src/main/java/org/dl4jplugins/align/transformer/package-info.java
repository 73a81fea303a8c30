/**
 * Transformer blocks as ordinary layers and vertices with hand-written backward passes, conf apart
 * from runtime.
 *
 * <p>One layout throughout: activations are [batch, time, width] in 'c' order ("NWC"), token ids
 * [batch, time] of any numeric type, masks [batch, time] of 0 and 1. Layers take any rank from 2 on
 * and work on the last axis. FLOAT arrays go through loops and matrix products on off-heap memory,
 * DOUBLE through ND4J.
 *
 * <p>What a mask leaves out has no influence: a masked token's vector is zero, it takes no
 * position, and its label does not count. One table of vectors may serve several vertices ({@link
 * org.dl4jplugins.align.transformer.TokenVectors}): the embedding that owns it, further look-ups
 * and the tied output projection, whose gradients add up in the owner.
 *
 * <p>DL4J's own attention layers are repaired here too ({@link
 * org.dl4jplugins.align.transformer.SelfAttentionRepair}); these keep DL4J's layout, [batch, width,
 * time].
 */
package org.dl4jplugins.align.transformer;
