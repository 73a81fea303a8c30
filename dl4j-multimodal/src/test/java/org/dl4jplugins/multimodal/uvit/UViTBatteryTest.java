package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.testing.BatteryCheck;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class UViTBatteryTest {
    private static final int WIDTH = 4;
    private static final INDArray TIMES = Nd4j.createFromArray(0.0, 3, 700).reshape(3, 1);
    private static final INDArray KINDS = Nd4j.createFromArray(1.0, 0, 1).reshape(3, 1);

    private static INDArray random(long seed, long... shape) {
        return Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape)
                .castTo(DataType.DOUBLE)
                .subi(0.5);
    }

    private static GraphBuilder graph() {
        return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-3)).graphBuilder();
    }

    private static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).activation(new ActivationTanH()).build();
    }

    /** Trainable layers below each vertex, also below the image and the size of the output. */
    private static ComputationGraphConfiguration vertices(boolean interpolate) {
        int rows = interpolate ? 3 : 2;
        return graph().addInputs("image", "words", "t")
                .addLayer("image0", convolution(), "image")
                .addLayer("words0", linear(3, WIDTH), "words")
                .addVertex("time", new TimeEmbedding(WIDTH), "t")
                .addVertex("patches", new Patches(2), "image0")
                .addLayer("patches0", linear(8, WIDTH), "patches")
                .addLayer(
                        "positions",
                        new PositionTable.Builder()
                                .tokens(3)
                                .grid(rows, 1)
                                .patch(2)
                                .nOut(WIDTH)
                                .build(),
                        "image0")
                .addVertex("all", new TokenSequence(), "time", "words0", "patches0", "positions")
                .addLayer("mixed", linear(WIDTH, WIDTH), "all")
                .addVertex("both", new SkipConcat(), "mixed", "all")
                .addLayer("joined", linear(2 * WIDTH, 8), "both")
                .addVertex("end", new TokenSlice(3, 0), "joined")
                .addVertex("middle", new TokenSlice(1, 2), "joined")
                .addVertex("drawn", new ImageOfPatches(2), "end", "image0")
                .addLayer("noise", new NoiseLoss.Builder().weight(1.2).build(), "drawn")
                .addLayer("word_noise", new NoiseLoss.Builder().build(), "middle")
                .setOutputs("noise", "word_noise")
                .build();
    }

    private static ConvolutionLayer convolution() {
        return new ConvolutionLayer.Builder(1, 1)
                .nIn(1)
                .nOut(2)
                .activation(Activation.TANH)
                .build();
    }

    private static LayerBattery battery(boolean interpolate) {
        return LayerBattery.of(() -> vertices(interpolate))
                .inputs(random(1, 3, 1, 4, 2), random(2, 3, 2, 3), TIMES)
                .labels(random(3, 3, 2, 4, 2), random(4, 3, 2, 8));
    }

    @TestFactory
    Stream<DynamicTest> verticesAndPositions() {
        return battery(false).seeds(12345).tests();
    }

    @Test
    void interpolatedPositions() {
        battery(true).seeds(3).run();
    }

    @Test
    void lossWithWeightsOfExamplesAndTokens() {
        INDArray ofExamples = Nd4j.createFromArray(2.0, 0, 0.5).reshape(3, 1);
        INDArray ofTokens = Nd4j.createFromArray(new double[][] {{1, 0}, {3, 1}, {0, 0}});
        battery(false)
                .labelMasks(ofExamples, ofTokens)
                .seeds(5)
                .without(BatteryCheck.MASKS) // factors, not masks
                .run();
    }

    private static final UViTConfig EVERY_OPTION =
            new UViTConfig.Builder()
                    .image(1, 4, 2)
                    .patch(2)
                    .width(WIDTH)
                    .depth(2)
                    .heads(2)
                    .mlpRatio(1)
                    .text(2, 3)
                    .clipWidth(2)
                    .qkvBias(true)
                    .timeMlp(true)
                    .finalConvolution(true)
                    .build();
    private static final INDArray[] INPUTS = {
        random(1, 3, 1, 4, 2), random(2, 3, 1, 2), random(3, 3, 2, 3), TIMES, TIMES.rsub(700), KINDS
    };
    private static final INDArray[] LABELS = {
        random(5, 3, 1, 4, 2), random(6, 3, 1, 2), random(7, 3, 2, 3)
    };

    @Test
    void wholeNetworkWithEveryOption() {
        LayerBattery.of(() -> UViT.configuration(EVERY_OPTION))
                .inputs(INPUTS)
                .labels(LABELS)
                .without(BatteryCheck.GRADIENTS) // below, along a few directions
                .run();
    }

    @Test
    void gradientsWithEveryOption() {
        ComputationGraph graph =
                UViT.create(EVERY_OPTION, TinyUViT.training(DataType.DOUBLE).seed(4));
        graph.params().addi(random(8, graph.params().shape()).muli(0.5));
        MultiDataSet batch = new MultiDataSet(INPUTS, LABELS);
        graph.setInputs(INPUTS);
        graph.setLabels(LABELS);
        graph.computeGradientAndScore();
        INDArray gradient = graph.getFlattenedGradients().div(3);
        INDArray params = graph.params().dup();
        for (int seed = 1; seed < 6; seed++) {
            INDArray step = random(seed, params.shape()).muli(1e-5);
            graph.setParams(params.add(step));
            double above = graph.score(batch);
            graph.setParams(params.sub(step));
            double below = graph.score(batch);
            double along = gradient.mul(step).sumNumber().doubleValue();
            assertEquals((above - below) / 2, along, 1e-7 * Math.abs(along) + 1e-12);
        }
    }
}
