package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Compares a stock network with its accelerated twin. */
final class Twins {
    private Twins() {}

    static INDArray labels(int batch, int classes) {
        INDArray y = Nd4j.zeros(batch, classes);
        for (int i = 0; i < batch; i++) {
            y.putScalar(i, (i * 7 + 1) % classes, 1);
        }
        return y;
    }

    static void assertClose(INDArray expected, INDArray actual, double tolerance, String what) {
        assertEquals(
                expected.shapeInfoToString().split(",")[0],
                actual.shapeInfoToString().split(",")[0]);
        double scale = Math.max(expected.norm2Number().doubleValue(), 1e-3);
        double error = expected.sub(actual).norm2Number().doubleValue() / scale;
        assertTrue(error <= tolerance, what + ": relative error " + error);
    }

    /** Activations and gradients in training, inference, and parameters after some steps. */
    static Acceleration assertEqual(MultiLayerConfiguration conf, INDArray... batches) {
        return assertEqual(Floats.MAX_LENGTH, conf, batches);
    }

    /** With arrays of more elements left to the stock layers. */
    static Acceleration assertEqual(long limit, MultiLayerConfiguration conf, INDArray... batches) {
        MultiLayerNetwork stock = new MultiLayerNetwork(conf);
        stock.init();
        MultiLayerNetwork fast = stock.clone();
        Acceleration done = Accelerator.accelerate(fast, limit);
        int classes = stock.output(batches[0]).columns();
        for (INDArray x : batches) {
            INDArray y = labels((int) x.size(0), classes);
            gradients(stock, x, y);
            gradients(fast, x, y);
            assertEquals(stock.score(), fast.score(), 1e-5 * Math.abs(stock.score()));
            for (Map.Entry<String, INDArray> e :
                    stock.gradient().gradientForVariable().entrySet()) {
                INDArray actual = fast.gradient().gradientForVariable().get(e.getKey());
                assertClose(
                        e.getValue(), actual, tolerance(e.getKey()), "gradient of " + e.getKey());
            }
            stock.fit(x, y);
            fast.fit(x, y);
            assertClose(stock.params(), fast.params(), 1e-5, "parameters");
            assertClose(stock.output(x), fast.output(x), 1e-5, "output");
        }
        return done;
    }

    /** Small differences of large numbers, where the stock layer's sums are the less exact ones. */
    private static double tolerance(String parameter) {
        return parameter.endsWith("_mean") ? 1e-4 : parameter.endsWith("_gamma") ? 2e-5 : 1e-5;
    }

    private static void gradients(MultiLayerNetwork net, INDArray x, INDArray y) {
        net.setInput(x);
        net.setLabels(y);
        net.computeGradientAndScore();
    }

    /**
     * The same for a deep graph with one input and one output; rounding errors of all layers add
     * up, in both networks.
     */
    static Acceleration assertEqual(ComputationGraphConfiguration conf, INDArray... batches) {
        return assertEqual(Floats.MAX_LENGTH, conf, batches);
    }

    /** With arrays of more elements left to the stock layers. */
    static Acceleration assertEqual(
            long limit, ComputationGraphConfiguration conf, INDArray... batches) {
        ComputationGraph stock = new ComputationGraph(conf);
        stock.init();
        ComputationGraph fast = stock.clone();
        Acceleration done = Accelerator.accelerate(fast, limit);
        int classes = stock.outputSingle(batches[0]).columns();
        for (INDArray x : batches) {
            INDArray[] in = {x};
            INDArray[] y = {labels((int) x.size(0), classes)};
            gradients(stock, in, y);
            gradients(fast, in, y);
            assertEquals(stock.score(), fast.score(), 2e-5 * Math.abs(stock.score()));
            for (Map.Entry<String, INDArray> e :
                    stock.gradient().gradientForVariable().entrySet()) {
                INDArray actual = fast.gradient().gradientForVariable().get(e.getKey());
                assertClose(
                        e.getValue(),
                        actual,
                        Math.max(2e-5, tolerance(e.getKey())),
                        "gradient of " + e.getKey());
            }
            stock.fit(in, y);
            fast.fit(in, y);
            assertClose(stock.params(), fast.params(), 2e-5, "parameters");
            stock.clear();
            fast.clear();
            assertClose(stock.outputSingle(x), fast.outputSingle(x), 2e-5, "output");
            Map<String, INDArray> expected = stock.feedForward(x, true);
            Map<String, INDArray> actual = fast.feedForward(x, true);
            expected.forEach((k, v) -> assertClose(v, actual.get(k), 2e-5, "activations of " + k));
            stock.clear();
            fast.clear();
        }
        return done;
    }

    private static void gradients(ComputationGraph net, INDArray[] x, INDArray[] y) {
        net.setInputs(x);
        net.setLabels(y);
        net.computeGradientAndScore();
    }
}
