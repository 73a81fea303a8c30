/**
 * A language model that reads and draws images (EasyGen, ACL 2024): a bidirectional diffusion model
 * turns images into text latents and texts into images; a projection brings latents into the
 * language model, an adapter brings the language model's features to the diffusion model.
 */
package org.dl4jplugins.multimodal.easygen;
