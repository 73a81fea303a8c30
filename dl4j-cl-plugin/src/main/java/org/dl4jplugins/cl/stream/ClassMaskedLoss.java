package org.dl4jplugins.cl.stream;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Cross-entropy of a softmax over the outputs that a label mask [batch, classes] lets compete. With
 * a mask [batch, 1], or none, it is DL4J's multi-class cross-entropy. Use it with the activation
 * softmax; the loss takes the outputs before it. An example whose mask is all zero counts nothing.
 *
 * <p>A score is the sum over the examples, divided by their number if an average is asked for.
 */
public final class ClassMaskedLoss implements ILossFunction {

    private static final long serialVersionUID = 1L;
    private static final double NEVER = -1e30;

    @Override
    public double computeScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activation,
            INDArray mask,
            boolean average) {
        double sum =
                computeScoreArray(labels, preOutput, activation, mask).sumNumber().doubleValue();
        return average ? sum / preOutput.size(0) : sum;
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        INDArray full = full(mask, preOutput);
        INDArray shifted = shifted(preOutput, full);
        INDArray logSum = Transforms.log(Transforms.exp(shifted, true).sum(true, 1), false);
        return shifted.subiColumnVector(logSum)
                .muli(targets(labels, preOutput, full))
                .sum(true, 1)
                .negi();
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        INDArray full = full(mask, preOutput);
        INDArray probability = Transforms.exp(shifted(preOutput, full), false);
        probability.diviColumnVector(probability.sum(true, 1));
        INDArray targets = targets(labels, preOutput, full);
        return probability.muliColumnVector(targets.sum(true, 1)).subi(targets);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activation,
            INDArray mask,
            boolean average) {
        return new Pair<>(
                computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    @Override
    public String name() {
        return toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClassMaskedLoss;
    }

    @Override
    public int hashCode() {
        return ClassMaskedLoss.class.hashCode();
    }

    @Override
    public String toString() {
        return "ClassMaskedLoss()";
    }

    /** The mask [batch, classes], null if all compete. */
    private static INDArray full(INDArray mask, INDArray preOutput) {
        if (mask == null) {
            return null;
        }
        INDArray typed = mask.castTo(preOutput.dataType());
        return typed.equalShapes(preOutput) ? typed : typed.broadcast(preOutput.shape());
    }

    /** Outputs minus the largest that competes; what does not compete is far below. */
    private static INDArray shifted(INDArray preOutput, INDArray full) {
        INDArray masked =
                full == null ? preOutput.dup() : preOutput.mul(full).addi(full.rsub(1).muli(NEVER));
        return masked.subiColumnVector(masked.max(true, 1));
    }

    private static INDArray targets(INDArray labels, INDArray preOutput, INDArray full) {
        if (!labels.equalShapes(preOutput)) {
            throw new IllegalArgumentException(
                    "Labels and outputs must have one shape, got "
                            + labels.shapeInfoToString()
                            + " and "
                            + preOutput.shapeInfoToString());
        }
        INDArray typed = labels.castTo(preOutput.dataType());
        return full == null ? typed : typed.mul(full);
    }
}
