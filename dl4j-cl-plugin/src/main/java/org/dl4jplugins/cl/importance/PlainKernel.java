package org.dl4jplugins.cl.importance;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The update by ND4J, for double precision and unusual memory. */
record PlainKernel(Smoothing smoothing, INDArray mean, INDArray deviation)
        implements Importance.Kernel {

    @Override
    public boolean update(
            INDArray parameters,
            INDArray gradient,
            long gradientOffset,
            Segment segment,
            double scale) {
        INDArray w = part(parameters, segment.flatOffset(), segment.length());
        INDArray g = part(gradient, gradientOffset, segment.length());
        INDArray s = smoothing.sensitivity().of(w.mul(g).muli(scale));
        INDArray m = part(mean, segment.offset(), segment.length());
        m.muli(smoothing.smoothing()).addi(s.mul(1 - smoothing.smoothing()));
        if (deviation != null) {
            double b = smoothing.deviationSmoothing();
            INDArray difference = Transforms.abs(s.subi(m), false);
            part(deviation, segment.offset(), segment.length())
                    .muli(b)
                    .addi(difference.muli(1 - b));
        }
        return Double.isFinite(m.sumNumber().doubleValue());
    }

    private static INDArray part(INDArray flat, long from, long length) {
        return flat.reshape(new long[] {flat.length()}).get(interval(from, from + length));
    }
}
