package org.dl4jplugins.align.transformer;

import java.util.function.Supplier;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An activation function without settings: a kernel for FLOAT, ND4J for everything else. */
abstract class ElementActivation extends BaseActivationFunction {
    private static final long serialVersionUID = 1L;

    /** Applies the function in place. */
    abstract void byNd4j(INDArray x);

    /** The derivative in a new array. */
    abstract INDArray derivative(INDArray x);

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        if (FloatRows.fit(in)) {
            FloatRows.apply(ElementKernel.of(this), in, null);
        } else {
            byNd4j(in);
        }
        return in;
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        assertShape(in, epsilon);
        if (!FloatRows.fit(in, epsilon)) {
            return new Pair<>(derivative(in).muli(epsilon), null);
        }
        Supplier<ElementKernel> kernel = ElementKernel.of(this);
        INDArray derivative = in.ulike();
        FloatRows.apply(kernel, in.dup('c'), derivative);
        FloatRows.multiply(derivative, epsilon, derivative);
        return new Pair<>(derivative, null);
    }

    @Override
    public boolean equals(Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public int hashCode() {
        return getClass().hashCode();
    }
}
