/**
 * A language model that reads and draws images (EasyGen, ACL 2024): a bidirectional diffusion model
 * turns images into text latents and texts into images; a projection brings latents into the
 * language model, an adapter brings the language model's features to the diffusion model.
 *
 * <p>Reading: {@link org.dl4jplugins.multimodal.easygen.ImageLanguageModel} puts the projection
 * into any language model's graph, {@link org.dl4jplugins.multimodal.easygen.ImageExampleIterator}
 * makes the batches that train it with {@code fit()}. Token sequences are [batch, tokens, width] in
 * 'c' order.
 */
package org.dl4jplugins.multimodal.easygen;
