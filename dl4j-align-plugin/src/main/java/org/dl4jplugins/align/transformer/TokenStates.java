package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Vectors of a batch of texts, one for each token.
 *
 * @param values [batch, time, width]; zeros where there is padding
 * @param mask [batch, time], 1 for tokens and 0 for padding
 */
public record TokenStates(INDArray values, INDArray mask) {}
