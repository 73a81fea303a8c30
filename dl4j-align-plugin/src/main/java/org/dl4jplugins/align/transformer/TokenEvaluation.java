package org.dl4jplugins.align.transformer;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.evaluation.IMetric;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Accuracy, cross-entropy and perplexity of a language model over all tokens seen, from logits
 * [batch, time, vocabulary] and labels [batch, time] of token ids, as a {@link TokenLossLayer} has
 * them (also [batch, classes] and [batch, 1]).
 *
 * <p>Every token that counts weighs the same, whatever the batches: where the mask [batch, time] is
 * 0 or the label is the ignore index it does not count.
 *
 * <pre>{@code
 * TokenEvaluation[] result = graph.doEvaluation(iterator, new TokenEvaluation());
 * double perplexity = result[0].perplexity();
 * }</pre>
 */
public final class TokenEvaluation extends BaseEvaluation<TokenEvaluation> {

    /** What can be asked of a {@link TokenEvaluation}. */
    public enum Metric implements IMetric {
        /** Part of the tokens whose largest logit is the label's, 1 = 100 %. */
        ACCURACY,
        /** Mean -log p(label), in nats per token. */
        CROSS_ENTROPY,
        /** e to the power of the cross-entropy. */
        PERPLEXITY;

        @Override
        public Class<TokenEvaluation> getEvaluationClass() {
            return TokenEvaluation.class;
        }

        @Override
        public boolean minimize() {
            return this != ACCURACY;
        }
    }

    private static final int IGNORED = -100;

    private final int ignoreIndex;
    private double loss;
    private long right;
    private long count;

    /** With -100 as the label that does not count. */
    public TokenEvaluation() {
        this(IGNORED);
    }

    /**
     * An evaluation.
     *
     * @param ignoreIndex the label that does not count
     */
    public TokenEvaluation(int ignoreIndex) {
        this.ignoreIndex = ignoreIndex;
    }

    /**
     * Adds a batch; one without any token that counts adds nothing.
     *
     * @param labels [batch, time] of ids
     * @param networkPredictions logits [batch, time, vocabulary]
     * @param maskArray [batch, time] or null
     * @param recordMetaData not used
     * @throws org.deeplearning4j.exception.DL4JInvalidInputException if shapes do not fit or a
     *     label is no id
     */
    @Override
    public void eval(
            INDArray labels,
            INDArray networkPredictions,
            INDArray maskArray,
            List<? extends Serializable> recordMetaData) {
        TokenTargets targets =
                TokenTargets.read(
                        networkPredictions, labels, maskArray, ignoreIndex, "TokenEvaluation");
        if (targets.total() == 0) {
            return;
        }
        INDArray logits = LastAxis.matrix(networkPredictions.dup('c'));
        double[] losses = CrossEntropy.compute(logits, targets, 0, 1, null);
        int[] best = Nd4j.argMax(logits, 1).toIntVector();
        for (int i = 0; i < losses.length; i++) {
            if (targets.weights()[i] != 0) {
                loss += losses[i];
                right += best[i] == targets.labels()[i] ? 1 : 0;
                count++;
            }
        }
    }

    /** {@link Metric#ACCURACY}; NaN before the first token. */
    public double accuracy() {
        return (double) right / count;
    }

    /** {@link Metric#CROSS_ENTROPY}; NaN before the first token. */
    public double crossEntropy() {
        return loss / count;
    }

    /** {@link Metric#PERPLEXITY}; NaN before the first token. */
    public double perplexity() {
        return Math.exp(crossEntropy());
    }

    /** The number of tokens that counted. */
    public long tokens() {
        return count;
    }

    @Override
    public void merge(TokenEvaluation other) {
        loss += other.loss;
        right += other.right;
        count += other.count;
    }

    @Override
    public void reset() {
        loss = 0;
        right = 0;
        count = 0;
    }

    @Override
    public String stats() {
        return String.format(
                Locale.ROOT,
                "%d tokens, accuracy %.4f, cross-entropy %.4f, perplexity %.2f",
                count,
                accuracy(),
                crossEntropy(),
                perplexity());
    }

    @Override
    public double getValue(IMetric metric) {
        if (metric == Metric.ACCURACY) {
            return accuracy();
        }
        if (metric == Metric.CROSS_ENTROPY) {
            return crossEntropy();
        }
        if (metric == Metric.PERPLEXITY) {
            return perplexity();
        }
        throw new IllegalArgumentException("Not a metric of tokens: " + metric);
    }

    @Override
    public TokenEvaluation newInstance() {
        return new TokenEvaluation(ignoreIndex);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenEvaluation evaluation
                && ignoreIndex == evaluation.ignoreIndex
                && count == evaluation.count
                && right == evaluation.right
                && loss == evaluation.loss;
    }

    @Override
    public int hashCode() {
        return Objects.hash(ignoreIndex, count, right, loss);
    }
}
