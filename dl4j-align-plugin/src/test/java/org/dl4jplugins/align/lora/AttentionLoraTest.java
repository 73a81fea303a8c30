package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.dl4jplugins.align.transformer.LearnedSelfAttention;
import org.dl4jplugins.align.transformer.RecurrentAttention;
import org.dl4jplugins.align.transformer.SelfAttention;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** DL4J's attention layers, repaired, with increments; unrepaired ones are refused. */
class AttentionLoraTest {
    private static final INDArray X = Nd4j.rand(2, 3, 4).subi(0.5);
    private static final INDArray Y = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}});

    private static SelfAttentionLayer stock() {
        return new SelfAttentionLayer.Builder()
                .nIn(3)
                .nOut(4)
                .nHeads(2)
                .headSize(2)
                .projectInput(true)
                .build();
    }

    private static ComputationGraphConfiguration base(Layer attention) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("x")
                .addLayer("below", new SimpleRnn.Builder().nOut(3).build(), "x")
                .addLayer("attention", attention, "below")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.SUM), "attention")
                .addLayer(
                        "out",
                        new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                        "pool")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3, 4, RNNFormat.NCW))
                .build();
    }

    private static LoraConfig config() {
        return new LoraConfig.Builder()
                .targets("attention")
                .modulesToSave("below", "out")
                .rank(2)
                .build();
    }

    @TestFactory
    Stream<DynamicTest> selfAttentionUnderMasks() {
        return KindBattery.scored(base(SelfAttention.of(stock())), config())
                .inputs(X)
                .labels(Y)
                .featureMasks(Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 0, 0}}))
                .tests();
    }

    @Test
    void equalTheMaterializedTwin() {
        List<Layer> layers =
                List.of(
                        SelfAttention.of(stock()),
                        LearnedSelfAttention.of(
                                new LearnedSelfAttentionLayer.Builder()
                                        .nIn(3)
                                        .nOut(4)
                                        .nHeads(2)
                                        .headSize(2)
                                        .nQueries(2)
                                        .projectInput(true)
                                        .build()),
                        RecurrentAttention.of(
                                new RecurrentAttentionLayer.Builder()
                                        .nIn(3)
                                        .nOut(4)
                                        .nHeads(2)
                                        .headSize(2)
                                        .projectInput(true)
                                        .build()));
        for (Layer layer : layers) {
            MaterializedTwin.check(base(layer), config(), new MultiDataSet(X, Y));
        }
    }

    @Test
    void stockLayersAreRefused() {
        ComputationGraphConfiguration conf = base(stock());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new LoraTransformer.Builder(conf).config(config()).build().plan());
        assertTrue(e.getMessage().contains("SelfAttentionRepair"), e.getMessage());
        assertTrue(e.getMessage().contains("attention"), e.getMessage());
    }
}
