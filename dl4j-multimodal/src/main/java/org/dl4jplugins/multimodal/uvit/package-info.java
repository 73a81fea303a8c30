/**
 * U-ViT: a transformer on time, text and image tokens with long skip connections, as an ordinary
 * {@link org.deeplearning4j.nn.graph.ComputationGraph} (Bao et al., CVPR 2023; with two modalities
 * and normalization after the residual sum as in UniDiffuser, ICML 2023, and EasyGen, ACL 2024).
 *
 * <p>Images are [batch, channel, height, width], tokens [batch, token, width] in 'c' order. The
 * projections are {@link org.dl4jplugins.align.transformer.Linear} layers under the names that
 * published checkpoints use, so LoRA finds them; only what a U-ViT has besides (patches, time,
 * positions, the joined sequence, its loss) is added here.
 */
package org.dl4jplugins.multimodal.uvit;
