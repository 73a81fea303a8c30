package org.dl4jplugins.mtl.balance;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A loss whose gradient is multiplied by a weight while its value stays what it is. */
record WeightedLoss(ILossFunction loss, double weight) implements ILossFunction {

    @Override
    public double computeScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activation,
            INDArray mask,
            boolean average) {
        return loss.computeScore(labels, preOutput, activation, mask, average);
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        return loss.computeScoreArray(labels, preOutput, activation, mask);
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        return loss.computeGradient(labels, preOutput, activation, mask).muli(weight);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activation,
            INDArray mask,
            boolean average) {
        Pair<Double, INDArray> both =
                loss.computeGradientAndScore(labels, preOutput, activation, mask, average);
        both.getSecond().muli(weight);
        return both;
    }

    @Override
    public String name() {
        return loss.name();
    }
}
