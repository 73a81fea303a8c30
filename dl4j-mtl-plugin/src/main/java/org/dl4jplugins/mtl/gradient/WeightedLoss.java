package org.dl4jplugins.mtl.gradient;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A loss whose gradient is multiplied by a weight; its score is not. Lives for one step. */
record WeightedLoss(ILossFunction loss, double weight) implements ILossFunction {

    @Override
    public double computeScore(
            INDArray labels, INDArray pre, IActivation activation, INDArray mask, boolean average) {
        return loss.computeScore(labels, pre, activation, mask, average);
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray pre, IActivation activation, INDArray mask) {
        return loss.computeScoreArray(labels, pre, activation, mask);
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray pre, IActivation activation, INDArray mask) {
        return loss.computeGradient(labels, pre, activation, mask).muli(weight);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray pre, IActivation activation, INDArray mask, boolean average) {
        Pair<Double, INDArray> both =
                loss.computeGradientAndScore(labels, pre, activation, mask, average);
        both.getSecond().muli(weight);
        return both;
    }

    @Override
    public String name() {
        return loss.name();
    }
}
