package org.dl4jplugins.multimodal.easygen;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;

/** A vertex without parameters on sequences [batch, tokens, width]. */
abstract class SequenceVertex extends GraphVertex {
    private static final long serialVersionUID = 1L;

    @Override
    public abstract SequenceVertex clone();

    @Override
    public final long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public final MemoryReport getMemoryReport(InputType... inputTypes) {
        return new LayerMemoryReport.Builder(
                        null, getClass(), inputTypes[0], getOutputType(-1, inputTypes))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }

    @Override
    public abstract boolean equals(Object other);

    @Override
    public abstract int hashCode();

    /** The type of [batch, tokens, width], or an error that says what was expected. */
    final InputType.InputTypeRecurrent sequence(InputType type) {
        if (type instanceof InputType.InputTypeRecurrent r && r.getFormat() == RNNFormat.NWC) {
            return r;
        }
        throw new IllegalArgumentException(
                getClass().getSimpleName()
                        + " takes InputType.recurrent(width, tokens, RNNFormat.NWC), got "
                        + type);
    }
}
