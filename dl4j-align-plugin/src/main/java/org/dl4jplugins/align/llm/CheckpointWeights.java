package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.dl4jplugins.align.lora.WeightSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A checkpoint as the home of frozen weights: each is read when a layer asks for it, once, and
 * never is part of a graph's flat parameters.
 */
public final class CheckpointWeights implements WeightSource {
    private final CheckpointMatch match;
    private final DataType type;

    /**
     * The weights of a checkpoint.
     *
     * @param match the graph before it was adapted and its checkpoint, which stays open
     * @param type of the arrays, that of the graph
     */
    public CheckpointWeights(CheckpointMatch match, DataType type) {
        this.match = match;
        this.type = type;
    }

    @Override
    public INDArray weights(String layer, String key) {
        try {
            return match.read(layer, key, type);
        } catch (IOException e) {
            throw new UncheckedIOException(layer + " " + key, e);
        }
    }
}
