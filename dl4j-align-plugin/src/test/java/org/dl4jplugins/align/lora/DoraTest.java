package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Weight-decomposed increments, and start values taken from the weights. */
class DoraTest {
    private final INDArray x = Nd4j.rand(DataType.DOUBLE, 6, 5).subi(0.5);
    private final INDArray y = Nd4j.rand(DataType.DOUBLE, 6, 4);

    private static ComputationGraph base() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(6)
                                .dataType(DataType.DOUBLE)
                                .updater(new Sgd(0.1))
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("below", linear(5, 5), "x")
                                .addLayer("dense", linear(5, 4), "below")
                                .addLayer(
                                        "loss",
                                        new LossLayer.Builder(LossFunctions.LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "dense")
                                .setOutputs("loss")
                                .build());
        graph.init();
        return graph;
    }

    private static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).activation(new ActivationTanH()).build();
    }

    private static ComputationGraph adapted(ComputationGraph base, LoraConfig.Builder config) {
        return new LoraTransformer.Builder(base)
                .config(config.rank(2).alpha(3).modulesToSave("below").build())
                .build()
                .transform();
    }

    private static ComputationGraph dora(ComputationGraph base, BasePlacement placement) {
        return adapted(base, new LoraConfig.Builder().targets("dense").dora(true).base(placement));
    }

    @ParameterizedTest
    @EnumSource(BasePlacement.class)
    void startsAsTheOriginalAndScalesUnitColumns(BasePlacement placement) {
        ComputationGraph base = base();
        ComputationGraph graph = dora(base, placement);
        close(base.outputSingle(x), graph.outputSingle(x), 1e-14);
        LoraRuntime layer = (LoraRuntime) graph.getLayer("dense");
        INDArray a = layer.getParam("W.loraA.0");
        INDArray b = layer.getParam("W.loraB.0");
        INDArray m = layer.getParam("W.loraM.0");
        b.assign(Nd4j.rand(DataType.DOUBLE, b.shape()));
        m.muli(1.3);
        INDArray w = layer.base("W").dup();
        INDArray v = w.add(a.mmul(b).muli(1.5));
        INDArray scaled = v.mulRowVector(m.div(v.norm2(true, 0)));
        layer.layerConf().mask("W", 0.4);
        base.getLayer("dense").getParam("W").assign(w.mul(0.6).add(scaled.mul(0.4)));
        if (placement == BasePlacement.INSIDE) {
            close(base.outputSingle(x), graph.outputSingle(x), 1e-13);
        }
    }

    @Test
    void gradientsTreatTheNormAsAConstant() {
        ComputationGraph base = base();
        ComputationGraph graph = dora(base, BasePlacement.INSIDE);
        graph = LoraNetworks.rebuild(graph, l -> l.getIncrements().isEmpty() ? l : scored(l));
        LoraRuntime layer = (LoraRuntime) graph.getLayer("dense");
        INDArray b = layer.getParam("W.loraB.0");
        b.assign(Nd4j.rand(DataType.DOUBLE, b.shape()));
        layer.getParam("W.loraM.0").muli(1.2);
        graph.setInputs(x);
        graph.setLabels(y);
        graph.computeGradientAndScore();
        for (String key : new String[] {"W.loraA.0", "W.loraB.0", "W.loraM.0", "W.score"}) {
            INDArray gradient = graph.gradient().getGradientFor("dense_" + key).div(6);
            check(graph, layer, key, gradient.dup());
        }
        INDArray below = graph.gradient().getGradientFor("below_b").div(6);
        check(graph, graph.getLayer("below"), "b", below);
    }

    private static LoraLayer scored(LoraLayer layer) {
        return layer.toBuilder().scores(0.3).build();
    }

    private void check(
            ComputationGraph graph,
            org.deeplearning4j.nn.api.Layer layer,
            String key,
            INDArray gradient) {
        INDArray p = layer.getParam(key);
        INDArray m = graph.getLayer("dense").getParam("W.loraM.0");
        boolean factor = key.contains("loraA") || key.contains("loraB");
        for (int i = 0; i < p.rows() || p.rank() == 1 && i < 1; i++) {
            for (int j = 0; j < (p.rank() == 1 ? p.length() : p.columns()); j++) {
                INDArray cell = p.rank() == 1 ? p.slice(j) : p.slice(i).slice(j);
                double value = cell.getDouble(0);
                INDArray magnitude = m.dup();
                INDArray ratio = m.div(norms(graph));
                double[] loss = new double[2];
                for (int side = 0; side < 2; side++) {
                    cell.assign(value + (side == 0 ? 1e-6 : -1e-6));
                    if (factor) { // m / norm stays
                        m.assign(ratio.mul(norms(graph)));
                    }
                    loss[side] = graph.score(new org.nd4j.linalg.dataset.DataSet(x, y));
                    if (factor) {
                        m.assign(magnitude);
                    }
                }
                cell.assign(value);
                double numeric = (loss[0] - loss[1]) / 2e-6;
                double own = p.rank() == 1 ? gradient.getDouble(j) : gradient.getDouble(i, j);
                assertEquals(numeric, own, 1e-7, key + i + "," + j);
            }
        }
    }

    private static INDArray norms(ComputationGraph graph) {
        LoraRuntime layer = (LoraRuntime) graph.getLayer("dense");
        return layer.base("W")
                .add(layer.getParam("W.loraA.0").mmul(layer.getParam("W.loraB.0")).muli(1.5))
                .norm2(true, 0);
    }

    @Test
    void pissaMovesThePrincipalDirectionsIntoTheIncrement() {
        ComputationGraph base = base();
        ComputationGraph graph =
                adapted(base, new LoraConfig.Builder().targets("dense").init(LoraInit.PISSA));
        close(base.outputSingle(x), graph.outputSingle(x), 1e-13);
        LoraRuntime layer = (LoraRuntime) graph.getLayer("dense");
        INDArray a = layer.getParam("W.loraA.0");
        INDArray b = layer.getParam("W.loraB.0");
        INDArray rest = layer.base("W");
        close(Nd4j.zeros(DataType.DOUBLE, 2, 4), a.transpose().mmul(rest), 1e-13);
        close(Nd4j.zeros(DataType.DOUBLE, 5, 2), rest.mmul(b.transpose()), 1e-13);
        double moved = a.mmul(b).muli(1.5).norm2Number().doubleValue();
        assertTrue(moved > rest.norm2Number().doubleValue());
        INDArray original = base.getLayer("dense").getParam("W");
        close(original, rest.add(a.mmul(b).muli(1.5)), 1e-13);
    }

    @Test
    void incrementsAddedLaterStartFromTheWeightsToo() {
        ComputationGraph base = base();
        for (BasePlacement placement : BasePlacement.values()) {
            ComputationGraph graph = dora(base, placement);
            LoraRuntime first = (LoraRuntime) graph.getLayer("dense");
            first.getParam("W.loraB.0").assign(0.1);
            INDArray before = graph.outputSingle(x).dup();
            boolean inside = placement == BasePlacement.INSIDE;
            LoraIncrement more =
                    new LoraIncrement.Builder("more", "W", 2, 2)
                            .index(1)
                            .dora(!inside)
                            .init(inside ? LoraInit.PISSA : LoraInit.KAIMING)
                            .build();
            ComputationGraph both =
                    LoraNetworks.rebuild(
                            graph,
                            l -> {
                                var all = new java.util.ArrayList<>(l.getIncrements());
                                all.add(more);
                                return l.toBuilder().increments(all).build();
                            });
            if (!inside) { // a new magnitude is the norm, the old one is kept
                close(before, both.outputSingle(x), 1e-13);
                assertEquals(
                        first.getParam("W.loraM.0"), both.getLayer("dense").getParam("W.loraM.0"));
            } else { // base and new increment add up to the old base
                LoraRuntime layer = (LoraRuntime) both.getLayer("dense");
                INDArray sum = layer.getParam("W.loraA.1").mmul(layer.getParam("W.loraB.1"));
                close(first.base("W"), layer.base("W").add(sum), 1e-13);
            }
        }
    }

    private static void close(INDArray expected, INDArray actual, double tolerance) {
        assertEquals(0, expected.sub(actual).normmaxNumber().doubleValue(), tolerance);
    }
}
