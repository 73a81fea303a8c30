/**
 * Trains diffusion models on any graph and objective: averaged weights, gradients clipped by their
 * common norm, conditions left out at random, a loop that goes on after a kill with the same bits.
 */
package org.dl4jplugins.multimodal.diffusion.training;
