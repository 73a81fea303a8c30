package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;

/** Parameters of the same shapes are not yet the same architecture. */
class FingerprintTest {

    private static String print(
            UnaryOperator<ConvolutionLayer.Builder> change, PoolingType pooling, double scale) {
        ComputationGraphConfiguration conf =
                TestNets.builder()
                        .addInputs("in")
                        .addLayer(
                                "conv",
                                change.apply(new ConvolutionLayer.Builder(3, 3).nOut(2)).build(),
                                "in")
                        .addVertex("scale", new ScaleVertex(scale), "conv")
                        .addLayer("pool", new GlobalPoolingLayer(pooling), "scale")
                        .addLayer("a", TestNets.head(2), "pool")
                        .addLayer("b", TestNets.head(3), "pool")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.convolutional(8, 8, 1))
                        .build();
        String json = conf.toJson();
        ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
        graph.init();
        return Fingerprint.of(GraphStructure.of(graph));
    }

    @Test
    void whatDecidesTheFunctionCounts() {
        String print = print(c -> c, PoolingType.AVG, 1);
        assertNotEquals(print, print(c -> c.stride(2, 2), PoolingType.AVG, 1));
        assertNotEquals(print, print(c -> c.padding(1, 1), PoolingType.AVG, 1));
        assertNotEquals(print, print(c -> c.dilation(2, 2), PoolingType.AVG, 1));
        assertNotEquals(
                print, print(c -> c.convolutionMode(ConvolutionMode.Same), PoolingType.AVG, 1));
        assertNotEquals(print, print(c -> c.activation(Activation.RELU), PoolingType.AVG, 1));
        assertNotEquals(print, print(c -> c, PoolingType.MAX, 1));
        assertNotEquals(print, print(c -> c, PoolingType.AVG, 2));
    }

    @Test
    void settingsOfTheTrainingDoNot() {
        String print = print(c -> c, PoolingType.AVG, 1);
        assertEquals(
                print,
                print(c -> c.updater(new Sgd(3)).biasUpdater(new Sgd(1)), PoolingType.AVG, 1));
        assertEquals(print, print(c -> c.l2(0.1).l2Bias(0.2), PoolingType.AVG, 1));
        assertEquals(
                print, print(c -> c.weightInit(WeightInit.RELU).biasInit(1), PoolingType.AVG, 1));
        assertEquals(print, print(c -> c.dropOut(0.5), PoolingType.AVG, 1));
        assertEquals(
                print,
                print(
                        c -> c.cudnnAlgoMode(ConvolutionLayer.AlgoMode.NO_WORKSPACE),
                        PoolingType.AVG,
                        1));
    }
}
