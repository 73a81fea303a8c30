/**
 * Searches with Arbiter how to train BiDiffuser and how to sample from it, or from any diffusion
 * model. Arbiter is an optional dependency: who does not use this package never loads it.
 */
package org.dl4jplugins.multimodal.arbiter;
