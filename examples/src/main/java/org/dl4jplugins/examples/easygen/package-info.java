/**
 * EasyGen's experiment: a bidirectional diffusion model and a small language model learn from
 * nothing to describe, answer and draw generated scenes; drawn pictures are judged by a network
 * that has nothing to do with them.
 */
package org.dl4jplugins.examples.easygen;
