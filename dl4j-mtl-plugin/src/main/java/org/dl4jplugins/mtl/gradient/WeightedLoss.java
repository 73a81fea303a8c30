package org.dl4jplugins.mtl.gradient;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A loss whose gradient is multiplied by a weight; its score is not. Lives for one step. */
final class WeightedLoss implements ILossFunction {

    private static final long serialVersionUID = 1;

    private final ILossFunction loss;
    private final double weight;

    WeightedLoss(ILossFunction loss, double weight) {
        this.loss = loss;
        this.weight = weight;
    }

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
        return new Pair<>(
                computeScore(labels, pre, activation, mask, average),
                computeGradient(labels, pre, activation, mask));
    }

    @Override
    public String name() {
        return loss.name();
    }
}
