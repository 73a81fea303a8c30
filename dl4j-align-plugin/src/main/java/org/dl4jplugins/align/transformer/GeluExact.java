package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * GELU as defined, {@code x Phi(x)} with the distribution function of the standard normal
 * distribution; {@code gelu} in Hugging Face's files. ND4J's GELU approximates it by {@code x
 * sigmoid(1.702 x)} and is off by up to 0.02.
 */
public final class GeluExact extends ElementActivation {
    private static final long serialVersionUID = 1L;

    @Override
    void byNd4j(INDArray x) {
        x.muli(distribution(x));
    }

    @Override
    INDArray derivative(INDArray x) {
        INDArray density = Transforms.exp(x.mul(x).divi(-2), false).divi(Math.sqrt(2 * Math.PI));
        return distribution(x).addi(density.muli(x));
    }

    private static INDArray distribution(INDArray x) {
        INDArray y = x.mul(Math.sqrt(0.5));
        Nd4j.getExecutioner().exec(new Erf(y, y));
        return y.addi(1).divi(2);
    }

    @Override
    public String toString() {
        return "gelu";
    }
}
