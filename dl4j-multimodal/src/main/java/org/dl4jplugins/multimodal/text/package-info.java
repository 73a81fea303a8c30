/**
 * Texts as small latents that a diffusion model can draw, and back to words.
 *
 * <p>As in UniDiffuser, a learned projection makes the hidden states of a text encoder narrow, its
 * counterpart widens them again, and a causal language model reads these as a prefix and writes the
 * caption ({@link org.dl4jplugins.multimodal.text.CaptionModel}).
 */
package org.dl4jplugins.multimodal.text;
