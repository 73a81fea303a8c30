package org.dl4jplugins.align.lora;

import java.util.Collection;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.align.transformer.TokenVectors;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A kind for layers that compute with their own runtime: a subclass says which layers and which
 * matrices, the rest is done by adding the increments to the weights. The increments' gradients are
 * taken from the layer's own gradient of its weights.
 *
 * <p>Dropout on the increments' input is not possible. The memory for a copy of each changed matrix
 * and for one gradient of the layer's size is needed.
 */
public abstract class WeightSpaceKind implements LoraKind {
    private static final long serialVersionUID = 1L;

    @Override
    public final boolean allowsDropout() {
        return false;
    }

    @Override
    public final LoraRuntime runtime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        org.deeplearning4j.nn.api.Layer probe = probe(conf, listeners, index, dataType);
        if (probe instanceof IOutputLayer) {
            return new OutputWeightSpaceRuntime(conf, listeners, index, dataType);
        }
        if (probe instanceof TokenVectors) {
            return new TokenVectorsRuntime(conf, listeners, index, dataType);
        }
        if (probe instanceof RecurrentLayer) {
            return new RecurrentWeightSpaceRuntime(conf, listeners, index, dataType);
        }
        return new WeightSpaceRuntime(conf, listeners, index, dataType);
    }

    /** A runtime of the wrapped layer, good for nothing but to see what it implements. */
    private static org.deeplearning4j.nn.api.Layer probe(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        Layer base = ((LoraLayer) conf.getLayer()).getUnderlying();
        long length = base.initializer().numParams(base);
        if (length == 0) {
            return base.instantiate(
                    LoraParams.inner(conf), listeners, index, null, false, dataType);
        }
        try (UntouchedMemory memory = new UntouchedMemory(dataType, length)) {
            return base.instantiate(
                    LoraParams.inner(conf), listeners, index, memory.array(), false, dataType);
        }
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
