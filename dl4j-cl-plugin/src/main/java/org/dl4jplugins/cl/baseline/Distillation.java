package org.dl4jplugins.cl.baseline;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Cross-entropy between old answers and new ones over some outputs, at a temperature.
 *
 * @param target [rows, classes] probabilities, 0 at other outputs
 * @param outside [1, classes] 0 at the outputs, far below 0 at others
 * @param temperature of both softmaxes
 * @param factor on the whole
 */
record Distillation(INDArray target, INDArray outside, double temperature, double factor)
        implements LogitLoss.Term {

    private static final double NEVER = -1e30;

    /** Old answers from old logits [rows, classes]. */
    static Distillation of(INDArray old, boolean[] outputs, double temperature, double factor) {
        double[][] far = new double[1][outputs.length];
        for (int c = 0; c < outputs.length; c++) {
            far[0][c] = outputs[c] ? 0 : NEVER;
        }
        INDArray outside = Nd4j.createFromArray(far).castTo(old.dataType());
        INDArray target = Transforms.exp(logSoftmax(old, outside, temperature), false);
        return new Distillation(target, outside, temperature, factor);
    }

    @Override
    public double add(INDArray logits, INDArray mask, INDArray gradient) {
        INDArray log = logSoftmax(logits, outside, temperature);
        INDArray counts = mask == null ? null : mask.castTo(log.dataType()).max(true, 1);
        INDArray each = target.mul(log);
        if (counts != null) {
            each.muliColumnVector(counts);
        }
        if (gradient != null) {
            INDArray difference = Transforms.exp(log, false).subi(target);
            difference.muli(factor / temperature);
            if (counts != null) {
                difference.muliColumnVector(counts);
            }
            gradient.addi(difference);
        }
        return -factor * each.sumNumber().doubleValue();
    }

    private static INDArray logSoftmax(INDArray logits, INDArray outside, double temperature) {
        INDArray z = logits.div(temperature).addiRowVector(outside);
        z.subiColumnVector(z.max(true, 1));
        return z.subiColumnVector(Transforms.log(Transforms.exp(z, true).sum(true, 1), false));
    }
}
