package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Layers with increments pass what every layer must pass. */
class LoraBatteryTest {
    private static final INDArray X = Nd4j.rand(3, 4).subi(0.5);
    private static final INDArray Y = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}});

    private static ComputationGraphConfiguration stack(Layer middle) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .l2(0.01)
                .graphBuilder()
                .addInputs("x")
                .addLayer("below", dense(4, 5), "x")
                .addLayer("middle", middle, "below")
                .addLayer(
                        "out",
                        new OutputLayer.Builder()
                                .nIn(4)
                                .nOut(2)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "middle")
                .setOutputs("out")
                .build();
    }

    private static DenseLayer dense(int in, int out) {
        return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH).build();
    }

    private static Linear linear() {
        return new Linear.Builder().nIn(5).nOut(4).activation(new ActivationTanH()).build();
    }

    private static ComputationGraphConfiguration adapted(
            ComputationGraphConfiguration base,
            LoraConfig.Builder config,
            UnaryOperator<LoraLayer.Builder> edit) {
        LoraPlan plan =
                new LoraTransformer.Builder(base)
                        .config(config.modulesToSave("below", "out").build())
                        .build()
                        .plan();
        ComputationGraphConfiguration conf = plan.apply(base);
        NetworkLayers layers = NetworkLayers.of(conf);
        for (String name : layers.names()) {
            if (layers.layer(name) instanceof LoraLayer layer) {
                layers.replace(name, edit.apply(layer.toBuilder()).build());
            }
        }
        return conf;
    }

    private static LoraConfig.Builder rank2() {
        return new LoraConfig.Builder().targets("middle").rank(2).alpha(3);
    }

    private static Stream<DynamicTest> battery(
            Layer middle, LoraConfig.Builder config, UnaryOperator<LoraLayer.Builder> edit) {
        return LayerBattery.of(() -> adapted(stack(middle.clone()), config, edit))
                .inputs(X)
                .labels(Y)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> linearLayer() {
        return battery(linear(), rank2(), b -> b);
    }

    @TestFactory
    Stream<DynamicTest> stockDenseLayerWithBias() {
        return battery(dense(5, 4), rank2().bias(BiasMode.LORA_ONLY), b -> b);
    }

    @TestFactory
    Stream<DynamicTest> dropoutOnBothInputs() {
        DenseLayer middle =
                new DenseLayer.Builder()
                        .nIn(5)
                        .nOut(4)
                        .activation(Activation.TANH)
                        .dropOut(0.7)
                        .build();
        return battery(middle, rank2().dropout(0.4), b -> b);
    }

    @TestFactory
    Stream<DynamicTest> twoWeightedAdaptersWithMaskAndScores() {
        return battery(linear(), rank2(), LoraBatteryTest::two);
    }

    private static LoraLayer.Builder two(LoraLayer.Builder builder) {
        List<LoraIncrement> increments = new ArrayList<>(builder.build().getIncrements());
        increments.add(new LoraIncrement.Builder("other", "W", 1, 2).index(1).rsLora(true).build());
        return builder.increments(increments)
                .weights(java.util.Map.of("other", 0.5))
                .masks(java.util.Map.of("W", 0.8))
                .scores(1);
    }

    @TestFactory
    Stream<DynamicTest> onlyScores() {
        return battery(
                linear(),
                rank2(),
                b ->
                        b.scores(0.5)
                                .increments(
                                        b.build().getIncrements().stream()
                                                .map(i -> i.toBuilder().trainable(false).build())
                                                .toList()));
    }

    @TestFactory
    Stream<DynamicTest> layerNormalizedDenseInWeightSpace() {
        DenseLayer middle =
                new DenseLayer.Builder()
                        .nIn(5)
                        .nOut(4)
                        .activation(Activation.TANH)
                        .hasLayerNorm(true)
                        .build();
        return battery(middle, rank2().bias(BiasMode.ALL), LoraBatteryTest::two);
    }

    @TestFactory
    Stream<DynamicTest> frozenLayerNorm() {
        ComputationGraphConfiguration base =
                new NeuralNetConfiguration.Builder()
                        .seed(5)
                        .updater(new Adam(0.01))
                        .l2(0.01)
                        .graphBuilder()
                        .addInputs("x")
                        .addLayer("below", dense(4, 5), "x")
                        .addLayer("norm", new LayerNorm.Builder().nIn(5).build(), "below")
                        .addLayer("middle", linear(), "norm")
                        .addLayer(
                                "out",
                                new OutputLayer.Builder()
                                        .nIn(4)
                                        .nOut(2)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "middle")
                        .setOutputs("out")
                        .build();
        return LayerBattery.of(() -> adapted(base.clone(), rank2(), b -> b))
                .inputs(X)
                .labels(Y)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> outputLayerWhenNamed() {
        ComputationGraphConfiguration base = stack(linear());
        return LayerBattery.of(
                        () ->
                                new LoraTransformer.Builder(base)
                                        .config(
                                                new LoraConfig.Builder()
                                                        .targets("out")
                                                        .modulesToSave("below")
                                                        .rank(2)
                                                        .build())
                                        .build()
                                        .plan()
                                        .apply(base))
                .inputs(X)
                .labels(Y)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> frozenRecurrentLayerUnderMasks() {
        ComputationGraphConfiguration base =
                new NeuralNetConfiguration.Builder()
                        .seed(5)
                        .updater(new Adam(0.01))
                        .l2(0.01)
                        .graphBuilder()
                        .addInputs("x")
                        .addLayer("lstm", new LSTM.Builder().nIn(3).nOut(4).build(), "x")
                        .addLayer(
                                "out",
                                new RnnOutputLayer.Builder()
                                        .nIn(4)
                                        .nOut(2)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "lstm")
                        .setOutputs("out")
                        .setInputTypes(InputType.recurrent(3, RNNFormat.NCW))
                        .build();
        INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
        return LayerBattery.of(
                        () ->
                                new LoraTransformer.Builder(base)
                                        .config(
                                                new LoraConfig.Builder()
                                                        .targets("out")
                                                        .rank(1)
                                                        .build())
                                        .build()
                                        .plan()
                                        .apply(base))
                .inputs(Nd4j.rand(2, 3, 4))
                .labels(Nd4j.ones(2, 2, 4).muli(0.5))
                .featureMasks(mask)
                .labelMasks(mask)
                .tests();
    }
}
