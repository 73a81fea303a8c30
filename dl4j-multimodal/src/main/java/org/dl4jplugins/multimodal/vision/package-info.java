/**
 * Pictures as small arrays: latents of an autoencoder, embeddings of CLIP.
 *
 * <p>Images are [batch, channel, height, width] with values in [-1, 1]. A {@link
 * org.dl4jplugins.multimodal.vision.LatentSpace} is what a diffusion model works in: {@link
 * org.dl4jplugins.multimodal.vision.AutoencoderKL} is Stable Diffusion's, {@link
 * org.dl4jplugins.multimodal.vision.IdentityLatent} takes small images as they are. {@link
 * org.dl4jplugins.multimodal.vision.Clip} embeds images and texts in one space. All are ordinary
 * graphs whose vertices have the names of the modules in published checkpoints.
 */
package org.dl4jplugins.multimodal.vision;
