package org.dl4jplugins.mtl.recon;

/**
 * A layer to be split.
 *
 * @param layer its name
 * @param score its conflict score; NaN if it was chosen by name
 */
record ChosenLayer(String layer, double score) {}
