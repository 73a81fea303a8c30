package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** The base does not move, whatever the updater and the regularization. */
class FrozenBaseTest {
    private static ComputationGraph graph(IUpdater updater) {
        NeuralNetConfiguration.Builder settings = new NeuralNetConfiguration.Builder().seed(4);
        if (updater instanceof Adam) {
            settings.weightDecay(0.1);
        } else {
            settings.l2(0.1);
        }
        ComputationGraph graph =
                new ComputationGraph(
                        settings.updater(updater)
                                .l1Bias(0.1)
                                .constrainWeights(new MaxNormConstraint(0.3, 0))
                                .gradientNormalization(GradientNormalization.RenormalizeL2PerLayer)
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer(
                                        "a",
                                        new DenseLayer.Builder()
                                                .nIn(4)
                                                .nOut(5)
                                                .biasInit(0.3)
                                                .activation(Activation.TANH)
                                                .build(),
                                        "x")
                                .addLayer("norm", new LayerNorm.Builder().nIn(5).build(), "a")
                                .addLayer("b", new Linear.Builder().nIn(5).nOut(5).build(), "norm")
                                .addLayer(
                                        "head",
                                        new OutputLayer.Builder()
                                                .nIn(5)
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "b")
                                .setOutputs("head")
                                .build());
        graph.init();
        return graph;
    }

    private static DataSet data() {
        INDArray y = Nd4j.zeros(6, 2);
        for (int i = 0; i < 6; i++) {
            y.putScalar(i, i % 2, 1);
        }
        return new DataSet(Nd4j.rand(6, 4), y);
    }

    private static ComputationGraph adapted(ComputationGraph graph, LoraConfig.Builder config) {
        return new LoraTransformer.Builder(graph)
                .config(config.rank(2).build())
                .build()
                .transform();
    }

    @ParameterizedTest
    @EnumSource(BasePlacement.class)
    void isBitIdenticalAfterTraining(BasePlacement placement) {
        for (IUpdater updater : List.of(new Adam(0.05), new Nesterovs(0.05, 0.9))) {
            ComputationGraph graph = graph(updater);
            ComputationGraph lora =
                    adapted(graph, new LoraConfig.Builder().targets("b").base(placement));
            DataSet data = data();
            for (int i = 0; i < 5; i++) {
                lora.fit(data);
            }
            for (String name : List.of("a", "norm", "b", "head")) {
                LoraRuntime layer = (LoraRuntime) lora.getLayer(name);
                for (Map.Entry<String, INDArray> p : graph(updater).paramTable().entrySet()) {
                    if (p.getKey().startsWith(name + "_")) {
                        String key = p.getKey().substring(name.length() + 1);
                        assertEquals(p.getValue(), layer.base(key), p.getKey());
                    }
                }
            }
            INDArray b = lora.getLayer("b").getParam("W.loraB.0");
            assertTrue(b.normmaxNumber().doubleValue() > 0);
        }
    }

    @Test
    void onlyWhatLearnsHasUpdaterState() {
        ComputationGraph graph = graph(new Adam(0.01));
        for (BasePlacement placement : BasePlacement.values()) {
            LoraConfig.Builder config =
                    new LoraConfig.Builder().targets("b").base(placement).modulesToSave("head");
            ComputationGraph lora = adapted(graph, config);
            long trainable = 2 * (5 + 5) + 5 * 2 + 2;
            assertEquals(2 * trainable, lora.getUpdater().getUpdaterStateViewArray().length());
            ComputationGraph biases = adapted(graph, config.bias(BiasMode.ALL));
            assertEquals(
                    2 * (trainable + 5 + 5 + 5),
                    biases.getUpdater().getUpdaterStateViewArray().length());
        }
    }

    @Test
    void biasesLearnAsConfigured() {
        for (BasePlacement placement : BasePlacement.values()) {
            for (BiasMode mode : BiasMode.values()) {
                ComputationGraph graph = graph(new Adam(0.01));
                ComputationGraph lora =
                        adapted(
                                graph,
                                new LoraConfig.Builder().targets("b").base(placement).bias(mode));
                INDArray before = graph.params().dup();
                lora.fit(data());
                assertEquals(mode == BiasMode.ALL, moved(graph, lora, "a"));
                assertEquals(mode != BiasMode.NONE, moved(graph, lora, "b"));
                assertEquals(before, graph.params());
            }
        }
    }

    private static boolean moved(ComputationGraph graph, ComputationGraph lora, String layer) {
        INDArray now = ((LoraRuntime) lora.getLayer(layer)).base("b");
        return !now.equals(graph.getLayer(layer).getParam("b"));
    }

    @Test
    void learns() {
        ComputationGraph graph = graph(new Adam(0.05));
        for (boolean dora : new boolean[] {false, true}) {
            ComputationGraph lora =
                    adapted(
                            graph,
                            new LoraConfig.Builder()
                                    .allLinear()
                                    .dora(dora)
                                    .modulesToSave("head")
                                    .updater(new Adam(0.02)));
            lora.addListeners(new SilentAdapters());
            DataSet data = data();
            double first = lora.score(data) - lora.calcRegularizationScore(true);
            for (int i = 0; i < 60; i++) {
                lora.fit(data);
            }
            double last = lora.score(data) - lora.calcRegularizationScore(true);
            assertTrue(last < 0.8 * first, first + " -> " + last);
        }
    }

    @Test
    void silentAdaptersAreNamed() {
        ComputationGraph lora =
                adapted(graph(new Adam(0.05)), new LoraConfig.Builder().targets("a", "b"));
        SilentAdapters some = new SilentAdapters(1);
        lora.addListeners(some);
        ((LoraRuntime) lora.getLayer("a")).layerConf().mask("W", 0);
        lora.fit(data());
        assertEquals(List.of("a.W (default)"), some.silent());
        ((LoraRuntime) lora.getLayer("b")).layerConf().weight("default", 0);
        lora.setListeners(new SilentAdapters(2));
        lora.fit(data());
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> lora.fit(data()));
        assertTrue(e.getMessage().contains("b.W (default)"), e.getMessage());
        assertFalse(e.getMessage().contains("norm"));
    }
}
