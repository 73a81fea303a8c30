package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Against reference numbers of PEFT's formulas, with masks and scores. */
class LoraGoldenTest {
    private static final double TOLERANCE = 1e-11;
    private final Golden golden = Golden.load("lora_ila");

    private ComputationGraph network(boolean linear, boolean rs) {
        NeuralNetConfiguration.Builder settings =
                new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE).updater(new Sgd(1));
        NeuralNetConfiguration.Builder unused = settings;
        ComputationGraphConfiguration conf =
                unused.graphBuilder()
                        .addInputs("x")
                        .addLayer("first", dense(linear, 8, 10, true), "x")
                        .addLayer("second", dense(linear, 10, 4, false), "first")
                        .addLayer("loss", loss(), "second")
                        .setOutputs("loss")
                        .build();
        ComputationGraph base = new ComputationGraph(conf);
        base.init();
        set(base, "first", "W", golden.array("W1").transpose());
        set(base, "first", "b", golden.array("b1"));
        set(base, "second", "W", golden.array("W2").transpose());
        set(base, "second", "b", golden.array("b2"));
        LoraConfig config =
                new LoraConfig.Builder()
                        .targets("first", "second")
                        .rank(3)
                        .alpha(6)
                        .rsLora(rs)
                        .build();
        return new LoraTransformer.Builder(base).config(config).build().transform();
    }

    private static org.deeplearning4j.nn.conf.layers.Layer dense(
            boolean linear, int in, int out, boolean tanh) {
        return linear
                ? new Linear.Builder()
                        .nIn(in)
                        .nOut(out)
                        .activation(tanh ? new ActivationTanH() : new ActivationIdentity())
                        .build()
                : new DenseLayer.Builder()
                        .nIn(in)
                        .nOut(out)
                        .activation(tanh ? Activation.TANH : Activation.IDENTITY)
                        .build();
    }

    private static LossLayer loss() {
        return new LossLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static void set(ComputationGraph graph, String layer, String key, INDArray value) {
        INDArray parameter = graph.getLayer(layer).getParam(key);
        parameter.assign(value.reshape(parameter.shape()));
    }

    private void factors(ComputationGraph graph, String suffix) {
        set(graph, "first", "W.loraA.0", golden.array("A1" + suffix).transpose());
        set(graph, "second", "W.loraA.0", golden.array("A2" + suffix).transpose());
        if (suffix.isEmpty()) {
            set(graph, "first", "W.loraB.0", golden.array("B1").transpose());
            set(graph, "second", "W.loraB.0", golden.array("B2").transpose());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "bin", "real", "sig", "rs", "atinit"})
    void outputsAndGradients(String name) {
        for (boolean linear : new boolean[] {true, false}) {
            ComputationGraph graph = network(linear, name.equals("rs"));
            if (name.equals("sig")) {
                graph = LoraNetworks.rebuild(graph, l -> l.toBuilder().scores(0).build());
                set(graph, "first", "W.score", golden.array("sig.s").getScalar(0));
                set(graph, "second", "W.score", golden.array("sig.s").getScalar(1));
            } else {
                for (int i = 0; i < 2; i++) {
                    lora(graph, i == 0 ? "first" : "second")
                            .mask("W", golden.array(name + ".gamma").getDouble(i));
                }
            }
            factors(graph, name.equals("atinit") ? ".init" : "");
            INDArray x = golden.array("x");
            close(name + ".out", graph.outputSingle(x));
            graph.setInputs(x);
            graph.setLabels(golden.array("target"));
            graph.computeGradientAndScore();
            assertEquals(golden.array(name + ".loss").getDouble(0), graph.score(), TOLERANCE);
            for (int i = 1; i <= 2; i++) {
                String layer = i == 1 ? "first" : "second";
                close(name + ".grad.A" + i, gradient(graph, layer, "W.loraA.0").transpose());
                close(name + ".grad.B" + i, gradient(graph, layer, "W.loraB.0").transpose());
                if (name.equals("sig")) {
                    close(name + ".grad.s" + i, gradient(graph, layer, "W.score"));
                }
                assertNull(graph.gradient().getGradientFor(layer + "_W"));
            }
        }
    }

    private static LoraLayer lora(ComputationGraph graph, String layer) {
        return ((LoraRuntime) graph.getLayer(layer)).layerConf();
    }

    private INDArray gradient(ComputationGraph graph, String layer, String key) {
        return graph.gradient().getGradientFor(layer + "_" + key).div(golden.array("x").size(0));
    }

    private void close(String name, INDArray actual) {
        INDArray expected = golden.array(name);
        assertEquals(
                0,
                expected.reshape(actual.shape()).sub(actual).normmaxNumber().doubleValue(),
                TOLERANCE,
                name);
    }

    @Test
    void onlyTheScoresLearn() {
        NeuralNetConfiguration.Builder settings =
                new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE).updater(new Sgd(2));
        ComputationGraphConfiguration conf =
                settings.graphBuilder()
                        .addInputs("x")
                        .addLayer("l1", bare(8, new ActivationTanH()), "x")
                        .addLayer("l2", bare(8, new ActivationTanH()), "l1")
                        .addLayer("l3", bare(4, new ActivationIdentity()), "l2")
                        .addLayer("loss", loss(), "l3")
                        .setOutputs("loss")
                        .build();
        ComputationGraph base = new ComputationGraph(conf);
        base.init();
        for (int i = 1; i <= 3; i++) {
            set(base, "l" + i, "W", golden.array("learn.W" + i).transpose());
        }
        LoraConfig config =
                new LoraConfig.Builder().targets("l1", "l2", "l3").rank(3).alpha(6).build();
        ComputationGraph graph =
                new LoraTransformer.Builder(base).config(config).build().transform();
        graph =
                LoraNetworks.rebuild(
                        graph,
                        l -> l.toBuilder().scores(0).increments(frozen(l.getIncrements())).build());
        for (int i = 1; i <= 3; i++) {
            set(graph, "l" + i, "W.loraA.0", golden.array("learn.A" + i).transpose());
            set(graph, "l" + i, "W.loraB.0", golden.array("learn.B" + i).transpose());
        }
        INDArray before = graph.getLayer("l2").getParam("W.loraA.0").dup();
        org.nd4j.linalg.dataset.DataSet data =
                new org.nd4j.linalg.dataset.DataSet(
                        golden.array("learn.x"), golden.array("learn.target"));
        for (int step = 0; step <= 8; step++) {
            for (int i = 0; i < 3; i++) {
                double s = graph.getLayer("l" + (i + 1)).getParam("W.score").getDouble(0);
                assertEquals(golden.array("learn.s").getDouble(step, i), s, TOLERANCE);
            }
            if (step < 8) {
                graph.fit(data);
                assertEquals(golden.array("learn.loss").getDouble(step), graph.score(), TOLERANCE);
            }
        }
        assertEquals(before, graph.getLayer("l2").getParam("W.loraA.0"));
    }

    private static List<LoraIncrement> frozen(List<LoraIncrement> increments) {
        return increments.stream().map(i -> i.toBuilder().trainable(false).build()).toList();
    }

    private static Linear bare(int out, org.nd4j.linalg.activations.IActivation activation) {
        return new Linear.Builder().nIn(8).nOut(out).hasBias(false).activation(activation).build();
    }
}
