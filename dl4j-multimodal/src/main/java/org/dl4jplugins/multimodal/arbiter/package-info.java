/**
 * Searches how to sample from a diffusion model with Arbiter, which is an optional dependency: who
 * does not use this package never loads it.
 */
package org.dl4jplugins.multimodal.arbiter;
