package org.dl4jplugins.cl.baseline;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss for one batch, with a term on the outputs before the activation added.
 *
 * @param base the loss of the labels
 * @param mask [examples, classes] of the labels, null for the one that the layer has
 * @param weights [examples, 1] of the examples in the base loss, null for 1
 * @param term is added
 */
record LogitLoss(ILossFunction base, INDArray mask, INDArray weights, Term term)
        implements ILossFunction {

    /** A function of the logits. */
    interface Term {
        /**
         * Its value, and its gradient.
         *
         * @param logits [rows, classes]
         * @param mask [rows, 1] or [rows, classes], null for none
         * @param gradient [rows, classes] to add to, null if it is not wanted
         * @return the sum over rows
         */
        double add(INDArray logits, INDArray mask, INDArray gradient);
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray logits, IActivation act, INDArray given, boolean average) {
        INDArray own = mask == null ? given : mask;
        INDArray scores = base.computeScoreArray(labels, logits, act, own);
        if (weights != null) {
            scores = scores.mul(weights);
        }
        double sum = scores.sumNumber().doubleValue() + term.add(logits, own, null);
        return average ? sum / logits.size(0) : sum;
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray logits, IActivation act, INDArray given) {
        INDArray own = mask == null ? given : mask;
        INDArray gradient = base.computeGradient(labels, logits, act, own);
        if (weights != null) {
            gradient.muliColumnVector(weights);
        }
        term.add(logits, own, gradient);
        return gradient;
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray logits, IActivation act, INDArray given, boolean average) {
        return new Pair<>(
                computeScore(labels, logits, act, given, average),
                computeGradient(labels, logits, act, given));
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray logits, IActivation act, INDArray given) {
        throw new UnsupportedOperationException("The term is a sum over the examples");
    }

    @Override
    public String name() {
        return base.name();
    }
}
