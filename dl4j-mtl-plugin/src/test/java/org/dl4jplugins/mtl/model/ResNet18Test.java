package org.dl4jplugins.mtl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class ResNet18Test {
    private static ResNet18.Builder small() {
        return new ResNet18.Builder().width(4).hidden(6).task("left", 10).task("right", 3);
    }

    @Test
    void hasTheReferencesSharedLayersAndParameters() {
        ComputationGraph net = new ResNet18.Builder().task("a", 10).task("b", 10).build().init();
        long running = 2 * 4800; // means and variances, which the reference counts as buffers
        assertEquals(11_223_560 + running, net.numParams());
        List<String> withParameters =
                Arrays.stream(net.getLayers())
                        .filter(l -> l.numParams() > 0)
                        .map(l -> l.conf().getLayer().getLayerName())
                        .filter(n -> !n.equals("a") && !n.equals("b"))
                        .toList();
        assertEquals(41, withParameters.size());
        assertTrue(
                withParameters.containsAll(
                        List.of("conv1", "bn1", "layer1.0.conv1", "layer2.0.downsample.0", "fc")));
        Layer bn = net.getLayer("layer4.1.bn2");
        assertEquals(4 * 512, bn.numParams());
    }

    @Test
    void shapesAndTraining() {
        ComputationGraph net = small().updater(new Sgd(0.05)).seed(7).build().init();
        INDArray x = Nd4j.rand(8, 1, 36, 36);
        INDArray[] out = net.output(x);
        assertArrayEquals(new long[] {8, 10}, out[0].shape());
        assertArrayEquals(new long[] {8, 3}, out[1].shape());
        assertArrayEquals(
                new long[] {8, 32, 2, 2}, net.feedForward(x, false).get("layer4.1.relu2").shape());
        INDArray left = Nd4j.zeros(8, 10);
        INDArray right = Nd4j.zeros(8, 3);
        for (int i = 0; i < 8; i++) {
            left.putScalar(i, i % 10, 1);
            right.putScalar(i, i % 3, 1);
        }
        MultiDataSet data =
                new MultiDataSet(new INDArray[] {x}, new INDArray[] {left, right}, null, null);
        net.fit(data);
        double first = net.score();
        for (int i = 0; i < 30; i++) {
            net.fit(data);
        }
        assertTrue(net.score() < 0.75 * first, first + " -> " + net.score());
    }

    @Test
    void configurationSurvivesJsonAndOtherInputs() {
        ComputationGraphConfiguration conf = small().input(3, 32, 20).build().configuration();
        assertEquals(conf.toJson(), ComputationGraphConfiguration.fromJson(conf.toJson()).toJson());
        ComputationGraph net = new ComputationGraph(conf);
        net.init();
        assertArrayEquals(new long[] {2, 3}, net.output(Nd4j.rand(2, 3, 32, 20))[1].shape());
    }

    @Test
    void refusesWrongSettings() {
        assertThrows(IllegalArgumentException.class, () -> new ResNet18.Builder().build());
        assertThrows(IllegalArgumentException.class, () -> small().task("left", 4));
        assertThrows(IllegalArgumentException.class, () -> small().task("x", 1));
        assertThrows(IllegalArgumentException.class, () -> small().width(0));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> small().seed(0));
        assertEquals(
                "seed is 0, must be any number but 0, which ND4J takes as no seed", e.getMessage());
    }
}
