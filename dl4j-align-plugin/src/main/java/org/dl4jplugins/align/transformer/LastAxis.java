package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.function.Supplier;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Shapes of layers that work on the last axis. */
final class LastAxis {
    private LastAxis() {}

    /** The width of an input type: [batch, width] or [batch, time, width]. */
    static long width(String layer, InputType type) {
        if (type instanceof InputType.InputTypeFeedForward f) {
            return f.getSize();
        }
        if (type instanceof InputType.InputTypeRecurrent r && r.getFormat() == RNNFormat.NWC) {
            return r.getSize();
        }
        throw new DL4JInvalidConfigException(
                "Layer \""
                        + layer
                        + "\" takes InputType.feedForward(width) or"
                        + " InputType.recurrent(width, RNNFormat.NWC), got "
                        + type);
    }

    /** The same input type with another width. */
    static InputType withWidth(String layer, InputType type, long width) {
        width(layer, type);
        return type instanceof InputType.InputTypeRecurrent r
                ? InputType.recurrent(width, r.getTimeSeriesLength(), RNNFormat.NWC)
                : InputType.feedForward(width);
    }

    /** Memory that a layer needs besides its activations: a second array of the output's size. */
    static LayerMemoryReport memory(FeedForwardLayer layer, InputType type) {
        InputType output = layer.getOutputType(-1, type);
        long parameters = layer.initializer().numParams(layer);
        return new LayerMemoryReport.Builder(layer.getLayerName(), layer.getClass(), type, output)
                .standardMemory(parameters, layer.getIUpdater().stateSize(parameters))
                .workingMemory(0, 0, 0, output.arrayElementsPerExample())
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }

    /** Refuses arrays whose last axis is not as long as a layer expects. */
    static void check(INDArray x, long width, String layer) {
        check(x, width, () -> layer);
    }

    /** Refuses arrays whose last axis is not as long as a layer expects. */
    static void check(INDArray x, long width, Supplier<String> layer) {
        if (x.rank() < 2 || x.size(-1) != width) {
            throw new DL4JInvalidInputException(
                    "Expected an input [batch, ..., "
                            + width
                            + "], got shape "
                            + Arrays.toString(x.shape())
                            + " "
                            + layer.get());
        }
    }

    /** A shape with another last axis. */
    static long[] withWidth(long[] shape, long width) {
        long[] copy = shape.clone();
        copy[copy.length - 1] = width;
        return copy;
    }

    /** The same values in a type, in 'c' order without gaps; a copy only if they are not yet. */
    static INDArray dense(
            INDArray a, DataType dataType, LayerWorkspaceMgr workspaceMgr, ArrayType arrayType) {
        INDArray x = a.castTo(dataType);
        long expected = 1;
        for (int d = x.rank() - 1; d >= 0; d--) {
            if (x.size(d) != 1 && x.stride(d) != expected) {
                return workspaceMgr.dup(arrayType, x, 'c');
            }
            expected *= x.size(d);
        }
        return x;
    }

    /** The matrix [rows, width] of a 'c' ordered array, on the same memory. */
    static INDArray matrix(INDArray dense) {
        return dense.rank() == 2 ? dense : dense.reshape('c', -1, dense.size(-1));
    }
}
