/**
 * A diffusion model of images and texts in both directions (EasyGen, ACL 2024, section 3.1): its
 * objectives, beside UniDiffuser's joint one, and its ways of sampling.
 *
 * <p>Start with {@link org.dl4jplugins.multimodal.bidiffuser.BiDiffuser} to sample and with {@link
 * org.dl4jplugins.multimodal.bidiffuser.ImageTextObjective} to train.
 */
package org.dl4jplugins.multimodal.bidiffuser;
