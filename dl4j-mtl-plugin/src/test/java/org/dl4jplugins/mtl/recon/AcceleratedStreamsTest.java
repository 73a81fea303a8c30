package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.accel.Acceleration;
import org.dl4jplugins.core.accel.Accelerator;
import org.dl4jplugins.mtl.model.ResNet18;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A modified network with accelerated layers computes what it does without. */
class AcceleratedStreamsTest {
    private static final int BATCH = 3;

    @Test
    void sameOutputsAndGradients() {
        check("conv1", "bn1", "layer1.0.bn2", "layer2.0.bn1", "layer3.0.conv2", "fc");
        check("layer2.1.bn2", "layer3.0.downsample.1");
        check("layer4.0.conv1");
    }

    private static void check(String... split) {
        ComputationGraph net =
                new ResNet18.Builder().width(4).hidden(6).task("a", 3).task("b", 2).build().init();
        ComputationGraph stock =
                new ReconTransformer.Builder(net).layers(split).build().transform();
        ComputationGraph fast = stock.clone();
        Acceleration acceleration = Accelerator.accelerate(fast);
        assertNull(acceleration.obstacle());
        assertTrue(acceleration.accelerated().size() >= 40, acceleration.toString());
        Nd4j.getRandom().setSeed(1);
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {Nd4j.rand(DataType.FLOAT, BATCH, 1, 36, 36)},
                        new INDArray[] {
                            TestNets.oneHot(1, BATCH, 3), TestNets.oneHot(2, BATCH, 2)
                        });
        for (boolean training : new boolean[] {true, false}) {
            for (int t = 0; t < 2; t++) {
                close(
                        "output " + t,
                        stock.output(training, data.getFeatures(0))[t],
                        fast.output(training, data.getFeatures(0))[t]);
            }
        }
        gradient(stock, data);
        gradient(fast, data);
        close("gradient", stock.getFlattenedGradients(), fast.getFlattenedGradients());
        for (int i = 0; i < 2; i++) {
            stock.fit(data);
            fast.fit(data);
        }
        close("parameters", stock.params(), fast.params());
    }

    private static void gradient(ComputationGraph net, MultiDataSet data) {
        Twins.gradient(net, data);
    }

    private static void close(String what, INDArray expected, INDArray actual) {
        double difference = expected.sub(actual).norm2Number().doubleValue();
        double size = expected.norm2Number().doubleValue();
        assertTrue(difference <= 1e-5 * size, what + " differs by " + difference / size);
    }
}
