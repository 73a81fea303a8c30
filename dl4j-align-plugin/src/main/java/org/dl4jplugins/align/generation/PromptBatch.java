package org.dl4jplugins.align.generation;

import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Prompts of different lengths, padded on the left, as a decoder takes them. */
final class PromptBatch {

    private PromptBatch() {}

    /**
     * Starts a decoder alone.
     *
     * @param padding any id; it is masked
     * @return logits [prompt, vocabulary]
     */
    static INDArray prefill(IncrementalDecoder decoder, int[][] prompts, int padding) {
        return decoder.prefill(ids(prompts, padding), mask(prompts));
    }

    /**
     * Starts the decoder behind an encoder.
     *
     * @param encoderInput the encoder's network input
     * @param start what the decoder begins with
     * @return logits [prompt, vocabulary]
     */
    static INDArray prefill(
            IncrementalDecoder decoder,
            String encoderInput,
            int[][] prompts,
            int padding,
            int start) {
        decoder.context(encoderInput, ids(prompts, padding), mask(prompts));
        return decoder.prefill(Nd4j.valueArrayOf(new long[] {prompts.length, 1}, start), null);
    }

    private static INDArray ids(int[][] prompts, int padding) {
        int time = longest(prompts);
        float[][] ids = new float[prompts.length][time];
        for (int p = 0; p < prompts.length; p++) {
            int empty = time - prompts[p].length;
            for (int t = 0; t < time; t++) {
                ids[p][t] = t < empty ? padding : prompts[p][t - empty];
            }
        }
        return Nd4j.createFromArray(ids);
    }

    private static INDArray mask(int[][] prompts) {
        int time = longest(prompts);
        float[][] mask = new float[prompts.length][time];
        for (int p = 0; p < prompts.length; p++) {
            for (int t = time - prompts[p].length; t < time; t++) {
                mask[p][t] = 1;
            }
        }
        return Nd4j.createFromArray(mask);
    }

    private static int longest(int[][] prompts) {
        int longest = 0;
        for (int[] prompt : prompts) {
            longest = Math.max(longest, prompt.length);
        }
        return longest;
    }
}
