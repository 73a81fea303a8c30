package org.dl4jplugins.cl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.serde.json.JsonMappers;

class ClassMaskedLossTest {

    private final IActivation softmax = new ActivationSoftmax();
    private final ILossFunction loss = new ClassMaskedLoss();
    private final INDArray outputs =
            Nd4j.createFromArray(
                    new double[][] {{1, -2, 3, 0.5}, {800, 0.2, 799, -1}, {0, 1, 2, 3}});
    private final INDArray labels =
            Nd4j.createFromArray(new double[][] {{0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}});
    private final INDArray mask =
            Nd4j.createFromArray(new double[][] {{1, 1, 0, 0}, {1, 0, 1, 1}, {0, 0, 0, 0}});

    @Test
    void withoutMaskOrPerExampleItIsDl4jsCrossEntropy() {
        ILossFunction stock = new LossMCXENT();
        INDArray perExample = Nd4j.createFromArray(new double[][] {{1}, {0}, {1}});
        for (INDArray m : new INDArray[] {null, perExample}) {
            INDArray z = outputs.dup().divi(100);
            assertEquals(
                    stock.computeScore(labels, z.dup(), softmax, m, true),
                    loss.computeScore(labels, z.dup(), softmax, m, true),
                    1e-9);
            assertEquals(
                    stock.computeGradient(labels, z.dup(), softmax, m),
                    loss.computeGradient(labels, z.dup(), softmax, m).castTo(DataType.DOUBLE));
        }
    }

    @Test
    void gradientIsTheNumericOneAndMaskedOutputsHaveNone() {
        INDArray gradient = loss.computeGradient(labels, outputs, softmax, mask);
        for (int i = 0; i < 3; i++) {
            for (int c = 0; c < 4; c++) {
                double numeric = (score(i, c, 1e-5) - score(i, c, -1e-5)) / 2e-5;
                assertEquals(numeric, gradient.getDouble(i, c), 1e-6, i + " " + c);
                if (mask.getDouble(i, c) == 0) {
                    assertEquals(0, gradient.getDouble(i, c));
                }
            }
        }
        double first = Math.log(1 + Math.exp(3));
        double second = Math.log(1 + Math.exp(1));
        assertEquals(
                first + second, loss.computeScore(labels, outputs, softmax, mask, false), 1e-9);
    }

    @Test
    void isJson() throws Exception {
        String json = JsonMappers.getMapper().writeValueAsString(loss);
        assertEquals(loss, JsonMappers.getMapper().readValue(json, ILossFunction.class));
    }

    private double score(int i, int c, double change) {
        INDArray moved = outputs.dup();
        moved.putScalar(i, c, moved.getDouble(i, c) + change);
        return loss.computeScore(labels, moved, softmax, mask, false);
    }
}
