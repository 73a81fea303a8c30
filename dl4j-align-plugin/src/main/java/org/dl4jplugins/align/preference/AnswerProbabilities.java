package org.dl4jplugins.align.preference;

import org.dl4jplugins.align.transformer.CrossEntropy;
import org.dl4jplugins.align.transformer.TokenTargets;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Log probabilities of answers. */
final class AnswerProbabilities {
    private AnswerProbabilities() {}

    /**
     * The log probability of each row's answer, summed over its tokens.
     *
     * @param logits [rows, time, vocabulary], dense in 'c' order
     * @param targets the answers' tokens
     * @param gradient of the logits' shape, overwritten by the gradients of the negative log
     *     probabilities, or null
     */
    static double[] log(INDArray logits, TokenTargets targets, INDArray gradient) {
        double[] losses =
                CrossEntropy.compute(
                        matrix(logits), targets, 0, 1, gradient == null ? null : matrix(gradient));
        double[] sums = new double[targets.examples()];
        for (int i = 0; i < losses.length; i++) {
            sums[i / targets.time()] -= targets.weights()[i] * losses[i];
        }
        return sums;
    }

    private static INDArray matrix(INDArray dense) {
        return dense.reshape('c', -1, dense.size(-1));
    }
}
