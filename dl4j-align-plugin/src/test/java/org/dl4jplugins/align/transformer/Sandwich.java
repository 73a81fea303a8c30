package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.LayerBattery;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small graphs around one block: trainable layer "below", the block, an output per time step. */
final class Sandwich {
    static final int BATCH = 3;
    static final int TIME = 4;
    static final int IN = 5;

    private Sandwich() {}

    static GraphBuilder builder(DataType type, int width) {
        return new NeuralNetConfiguration.Builder()
                .seed(12345)
                .dataType(type)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("in")
                .addLayer("below", linear(IN, width, new ActivationTanH()), "in");
    }

    static ComputationGraphConfiguration finish(GraphBuilder builder, int width, String last) {
        return builder.addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                .nIn(width)
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .activation(Activation.TANH)
                                .build(),
                        last)
                .setOutputs("out")
                .build();
    }

    static Linear linear(int in, int out, IActivation function) {
        return new Linear.Builder().nIn(in).nOut(out).activation(function).build();
    }

    static INDArray random(DataType type, long... shape) {
        return Nd4j.rand(DataType.DOUBLE, shape).muli(2).subi(1).castTo(type);
    }

    static ComputationGraph graph(ComputationGraphConfiguration configuration) {
        ComputationGraph net = new ComputationGraph(configuration);
        net.init();
        return net;
    }

    /** All parameter gradients, detached. */
    static INDArray gradient(ComputationGraph net, INDArray x, INDArray y) {
        net.setInputs(x);
        net.setLabels(y);
        net.computeGradientAndScore();
        return net.getFlattenedGradients().dup();
    }

    static LayerBattery battery(java.util.function.Supplier<ComputationGraphConfiguration> graph) {
        INDArray mask =
                Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 1, 1, 1}});
        return LayerBattery.of(graph)
                .inputs(random(DataType.DOUBLE, BATCH, TIME, IN))
                .labels(random(DataType.DOUBLE, BATCH, TIME, 2))
                .featureMasks(mask)
                .labelMasks(mask);
    }

    /** The largest difference of gradients and outputs between two networks of equal parameters. */
    static double difference(ComputationGraph doubles, ComputationGraph floats, int rows) {
        floats.setParams(doubles.params().castTo(DataType.FLOAT));
        INDArray x = random(DataType.DOUBLE, rows, TIME, IN);
        INDArray y = random(DataType.DOUBLE, rows, TIME, 2);
        INDArray expected = gradient(doubles, x, y).divi(rows);
        INDArray actual =
                gradient(floats, x.castTo(DataType.FLOAT), y.castTo(DataType.FLOAT)).divi(rows);
        INDArray output = floats.outputSingle(x.castTo(DataType.FLOAT)).castTo(DataType.DOUBLE);
        return Math.max(
                expected.sub(actual.castTo(DataType.DOUBLE)).amaxNumber().doubleValue(),
                doubles.outputSingle(x).sub(output).amaxNumber().doubleValue());
    }
}
