package org.dl4jplugins.align.llm;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Texts as token ids, ready for a graph.
 *
 * @param ids token ids, [batch, time]; rows are filled up with padding
 * @param mask 1 for tokens, 0 for padding, [batch, time]
 * @param types 0 for the first part of a pair and 1 for the second, as BERT's {@code
 *     token_type_ids}; padding is 0, [batch, time]
 */
public record TokenBatch(INDArray ids, INDArray mask, INDArray types) {}
