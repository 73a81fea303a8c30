package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.optimize.api.StepFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** {@code parameters -= update} where parameters learn; the others are not even read. */
final class TrainedStep implements StepFunction {
    /** Consecutive parameters that learn: {@code from <= i < to}. */
    private record Range(long from, long to) {}

    private final List<Range> ranges = new ArrayList<>();
    private final long length;

    /**
     * A step of a network.
     *
     * @param layers in the order of the network's parameters
     */
    TrainedStep(List<Layer> layers) {
        long at = 0;
        for (Layer layer : layers) {
            for (Map.Entry<String, INDArray> p : layer.paramTable(false).entrySet()) {
                long end = at + p.getValue().length();
                if (!(layer instanceof LoraRuntime lora)
                        || lora.layerConf().isTrainable(p.getKey())) {
                    add(at, end);
                }
                at = end;
            }
        }
        length = at;
    }

    private void add(long from, long to) {
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).to() == from) {
            ranges.set(last, new Range(ranges.get(last).from(), to));
        } else {
            ranges.add(new Range(from, to));
        }
    }

    /** Number of parameters that learn. */
    long trained() {
        return ranges.stream().mapToLong(r -> r.to() - r.from()).sum();
    }

    @Override
    public void step(INDArray parameters, INDArray update) {
        if (parameters.length() != length || update.length() != length) {
            throw new IllegalArgumentException(
                    "Expected "
                            + length
                            + " parameters and updates, got "
                            + parameters.length()
                            + " and "
                            + update.length());
        }
        INDArray x = parameters.reshape(new long[] {length});
        INDArray by = update.reshape(new long[] {length});
        for (Range r : ranges) {
            x.get(NDArrayIndex.interval(r.from(), r.to()))
                    .subi(by.get(NDArrayIndex.interval(r.from(), r.to())));
        }
    }

    @Override
    public void step(INDArray parameters, INDArray update, double size) {
        step(parameters, update);
    }

    @Override
    public void step() {
        // nothing to prepare
    }
}
