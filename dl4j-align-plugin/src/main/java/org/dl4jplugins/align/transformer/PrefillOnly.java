package org.dl4jplugins.align.transformer;

/**
 * A vertex of a graph at run time that changes prompts only, such as one that puts the tokens of
 * images into the places kept for them.
 *
 * <p>{@link IncrementalDecoder#prefill} runs it on whole prompts, padded on the left; the masks of
 * its inputs come through {@code feedForwardMaskArrays}, and what stands in the padding must not
 * matter. Later steps do not run it: its first input, which must depend on the decoded ids, takes
 * the place of its output, and its other inputs are let go.
 */
public interface PrefillOnly {}
