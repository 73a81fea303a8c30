package org.dl4jplugins.mtl.loss;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossCosineProximity;

/**
 * 1 - cosine of the angle between predicted and true surface normal, 0 to 2 per pixel: DL4J's
 * cosine proximity, made non-negative, so that balancing methods that take logarithms or ratios of
 * losses can use it. Lengths do not matter. Pixels whose label is the zero vector cost nothing.
 */
public final class NormalsLoss extends LossCosineProximity {

    @Override
    public INDArray scoreArray(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        INDArray weights = mask == null ? null : mask.castTo(preOutput.dataType());
        INDArray scores = super.scoreArray(labels, preOutput, activationFn, weights);
        INDArray one = labels.neq(0).castTo(preOutput.dataType()).max(true, 1);
        if (weights != null) {
            one.muli(weights);
        }
        return scores.addiColumnVector(one.divi(labels.size(1)));
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        return super.computeGradient(
                labels,
                preOutput,
                activationFn,
                mask == null ? null : mask.castTo(preOutput.dataType()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NormalsLoss;
    }

    @Override
    public int hashCode() {
        return NormalsLoss.class.hashCode();
    }

    @Override
    public String toString() {
        return "NormalsLoss()";
    }
}
