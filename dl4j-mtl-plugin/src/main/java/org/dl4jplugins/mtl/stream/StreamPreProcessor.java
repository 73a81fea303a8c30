package org.dl4jplugins.mtl.stream;

import java.util.Objects;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Applies a preprocessor to each stream of a stack by itself.
 *
 * <p>Preprocessors between time series and single steps use the minibatch size and order the steps
 * by time; on a whole stack they would mix the streams. Here the stack stays stream-major: [S *
 * batch, ...] becomes [S * batch', ...] where batch' is what the preprocessor makes of a batch
 * (batch * time for a time series turned into steps).
 */
public final class StreamPreProcessor implements InputPreProcessor {
    private static final long serialVersionUID = 1L;

    private final InputPreProcessor inner;
    private final int streams;

    /**
     * A preprocessor for stacks.
     *
     * @param inner what is done to each stream
     * @param streams number of streams, at least 2
     * @throws IllegalArgumentException if fewer
     */
    public StreamPreProcessor(
            @JsonProperty("inner") InputPreProcessor inner, @JsonProperty("streams") int streams) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.streams = StreamVertex.checkStreams(streams);
    }

    /**
     * What is done to each stream.
     *
     * @return the preprocessor
     */
    public InputPreProcessor getInner() {
        return inner;
    }

    /**
     * The number of streams.
     *
     * @return at least 2
     */
    public int getStreams() {
        return streams;
    }

    @Override
    public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaceMgr) {
        INDArray[] parts = new INDArray[streams];
        for (int s = 0; s < streams; s++) {
            parts[s] =
                    inner.preProcess(Streams.view(input, s, streams), miniBatchSize, workspaceMgr);
        }
        return Streams.stack(parts, workspaceMgr, ArrayType.ACTIVATIONS);
    }

    @Override
    public INDArray backprop(INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaceMgr) {
        if (output == null) {
            return null;
        }
        INDArray[] parts = new INDArray[streams];
        for (int s = 0; s < streams; s++) {
            INDArray part = Streams.view(output, s, streams);
            parts[s] = inner.backprop(part, miniBatchSize, workspaceMgr);
            if (parts[s] == null) {
                return null;
            }
        }
        return Streams.stack(parts, workspaceMgr, ArrayType.ACTIVATION_GRAD);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray maskArray, MaskState currentMaskState, int minibatchSize) {
        if (maskArray == null) {
            return inner.feedForwardMaskArray(null, currentMaskState, minibatchSize);
        }
        INDArray[] parts = new INDArray[streams];
        MaskState state = currentMaskState;
        for (int s = 0; s < streams; s++) {
            INDArray part = Streams.view(maskArray, s, streams).dup();
            Pair<INDArray, MaskState> pair =
                    inner.feedForwardMaskArray(part, currentMaskState, minibatchSize);
            if (pair == null) {
                return null;
            }
            parts[s] = pair.getFirst();
            state = pair.getSecond();
        }
        return new Pair<>(Streams.stackMasks(parts), state);
    }

    @Override
    public InputType getOutputType(InputType inputType) {
        return inner.getOutputType(inputType);
    }

    @Override
    public StreamPreProcessor clone() {
        return new StreamPreProcessor(inner.clone(), streams);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamPreProcessor p
                && p.streams == streams
                && p.inner.equals(inner);
    }

    @Override
    public int hashCode() {
        return Objects.hash(inner, streams);
    }

    @Override
    public String toString() {
        return "StreamPreProcessor(" + inner + ", streams=" + streams + ")";
    }
}
