package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a sampler is after one of its updates.
 *
 * @param index number of the update, from 1
 * @param count how many updates there will be
 * @param time the time reached, from 1 down to 0
 * @param state the state there, [batch, any shape]; to keep or change it, take a copy
 */
public record SamplingStep(int index, int count, double time, INDArray state) {}
