package org.dl4jplugins.align.lora;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * How one kind of base layer takes increments: the extension point for layers of other libraries.
 *
 * <p>An implementation has a public constructor without arguments, no state and {@code equals};
 * saved networks name its class. It is found through {@link java.util.ServiceLoader} or given to
 * {@link LoraTransformer.Builder#kind}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, include = JsonTypeInfo.As.PROPERTY, property = "@class")
public interface LoraKind extends Serializable {
    /**
     * Whether this kind can wrap a layer.
     *
     * @param base configuration of the layer
     * @return true if {@link #runtime} can compute it
     */
    boolean handles(Layer base);

    /**
     * The matrices that can have increments.
     *
     * @param base a layer that this kind handles
     * @return none if the layer can only be frozen
     */
    List<LoraMatrix> matrices(Layer base);

    /**
     * Makes the runtime layer, without parameters yet.
     *
     * @param conf holds the {@link LoraLayer}
     * @param listeners may be null
     * @param index of the layer in its network
     * @param dataType of the network
     * @return a layer that computes the base with increments
     */
    LoraRuntime runtime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType);

    /**
     * A base parameter as the matrix [in, out] that increments are added to, on the same memory.
     *
     * @param matrix one of {@link #matrices}
     * @param parameter the base layer's parameter
     * @return a view; the parameter itself by default
     */
    default INDArray view(LoraMatrix matrix, INDArray parameter) {
        return parameter;
    }

    /**
     * Whether increments on the layer may have dropout on their input.
     *
     * @return true by default
     */
    default boolean allowsDropout() {
        return true;
    }

    /**
     * Whether the layer gets increments only if it is named, and not as one of all linear layers:
     * those that produce the network's output, and embeddings.
     *
     * @param base a layer that this kind handles
     * @return false by default
     */
    default boolean onlyIfNamed(Layer base) {
        return false;
    }

    /**
     * Draws A and B [in, rank], [rank, out] of an increment that does not start from the weights.
     *
     * @param increment with {@link LoraInit#KAIMING} or {@link LoraInit#GAUSSIAN}
     * @param a A, to be overwritten
     * @param b B, to be overwritten
     * @param seed of this increment in this layer
     */
    default void initialize(LoraIncrement increment, INDArray a, INDArray b, long seed) {
        Factors.initialize(increment, a, seed);
        b.assign(0);
    }
}
