/**
 * Low-rank adaptation: increments on frozen weights.
 *
 * <p>{@link org.dl4jplugins.align.lora.LoraTransformer} reads a network and makes another one in
 * which every layer with parameters is wrapped by a {@link org.dl4jplugins.align.lora.LoraLayer} or
 * trained fully. How a kind of layer takes increments is a {@link
 * org.dl4jplugins.align.lora.LoraKind} of its own.
 */
package org.dl4jplugins.align.lora;
