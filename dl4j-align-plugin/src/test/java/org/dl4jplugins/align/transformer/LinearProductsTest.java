package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every product against sums by hand, for weights that go to BLAS as they are and others. */
class LinearProductsTest {
    private static final int IN = 3;
    private static final int OUT = 5;

    private static INDArray random(DataType type, char order, long... shape) {
        return Sandwich.random(type, shape).dup(order);
    }

    @Test
    void forward() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            for (char order : new char[] {'c', 'f'}) {
                INDArray x = random(type, 'c', 2, 4, IN);
                INDArray w = random(type, order, IN, OUT);
                INDArray b = random(type, 'c', OUT);
                INDArray y = Nd4j.valueArrayOf(new long[] {2, 4, OUT}, Double.NaN, type);
                LinearProducts.forward(x, w, b, y);
                INDArray bare = Nd4j.valueArrayOf(new long[] {2, 4, OUT}, Double.NaN, type);
                LinearProducts.forward(x, w, null, bare);
                for (int r = 0; r < 8; r++) {
                    for (int o = 0; o < OUT; o++) {
                        double sum = 0;
                        for (int i = 0; i < IN; i++) {
                            sum += x.getDouble(r / 4, r % 4, i) * w.getDouble(i, o);
                        }
                        assertEquals(sum, bare.getDouble(r / 4, r % 4, o), 1e-6);
                        assertEquals(sum + b.getDouble(o), y.getDouble(r / 4, r % 4, o), 1e-6);
                    }
                }
            }
        }
    }

    @Test
    void gradients() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            for (char order : new char[] {'c', 'f'}) {
                INDArray x = random(type, 'c', 2, 4, IN);
                INDArray dy = random(type, 'c', 2, 4, OUT);
                INDArray w = random(type, order, IN, OUT);
                INDArray dx = Nd4j.valueArrayOf(new long[] {2, 4, IN}, Double.NaN, type);
                INDArray dw = random(type, order, IN, OUT);
                LinearProducts.inputGradient(dy, w, dx);
                LinearProducts.weightGradient(x, dy, dw);
                for (int i = 0; i < IN; i++) {
                    for (int r = 0; r < 8; r++) {
                        double sum = 0;
                        for (int o = 0; o < OUT; o++) {
                            sum += dy.getDouble(r / 4, r % 4, o) * w.getDouble(i, o);
                        }
                        assertEquals(sum, dx.getDouble(r / 4, r % 4, i), 1e-6);
                    }
                    for (int o = 0; o < OUT; o++) {
                        double sum = 0;
                        for (int r = 0; r < 8; r++) {
                            sum += x.getDouble(r / 4, r % 4, i) * dy.getDouble(r / 4, r % 4, o);
                        }
                        assertEquals(sum, dw.getDouble(i, o), 1e-6);
                    }
                }
            }
        }
    }
}
