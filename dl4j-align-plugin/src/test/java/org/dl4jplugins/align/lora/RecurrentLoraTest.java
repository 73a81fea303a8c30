package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Recurrent layers with increments: the materialized weights' outputs and gradients. */
class RecurrentLoraTest {
    private static final INDArray X = Nd4j.rand(2, 3, 4).subi(0.5);
    private static final INDArray MASK =
            Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});

    private static INDArray labels() {
        INDArray y = Nd4j.zeros(2, 2, 4);
        for (int i = 0; i < 8; i++) {
            y.putScalar(i / 4, i % 2, i % 4, 1);
        }
        return y;
    }

    private static LSTM lstm() {
        return new LSTM.Builder().nOut(4).build();
    }

    private static ComputationGraphConfiguration base(Layer layer) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("x")
                .addLayer("below", new SimpleRnn.Builder().nOut(3).build(), "x")
                .addLayer("cell", layer, "below")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                        "cell")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3, RNNFormat.NCW))
                .build();
    }

    private static LoraConfig.Builder cell() {
        return new LoraConfig.Builder()
                .targets("cell")
                .modulesToSave("below", "out")
                .rank(2)
                .alpha(3);
    }

    private static Stream<DynamicTest> battery(Layer layer, LoraConfig.Builder config) {
        return KindBattery.scored(base(layer), config.build())
                .inputs(X)
                .labels(labels())
                .featureMasks(MASK)
                .labelMasks(MASK)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> lstmUnderMasks() {
        return battery(lstm(), cell());
    }

    @TestFactory
    Stream<DynamicTest> bidirectionalUnderMasksWithBiases() {
        return battery(
                new Bidirectional(Bidirectional.Mode.ADD, lstm()), cell().bias(BiasMode.ALL));
    }

    @TestFactory
    Stream<DynamicTest> simpleUnderMasks() {
        return battery(new SimpleRnn.Builder().nOut(4).build(), cell());
    }

    @Test
    @SuppressWarnings("deprecation")
    void equalTheMaterializedTwin() {
        INDArray labels = labels();
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {X},
                        new INDArray[] {labels},
                        new INDArray[] {MASK},
                        new INDArray[] {MASK});
        for (Layer layer :
                List.of(
                        lstm(),
                        new GravesLSTM.Builder().nOut(4).build(),
                        new SimpleRnn.Builder().nOut(4).build(),
                        new Bidirectional(Bidirectional.Mode.CONCAT, lstm()))) {
            MaterializedTwin.check(base(layer), cell().build(), data);
        }
    }

    @Test
    void lastStepEqualsTheMaterializedTwin() {
        ComputationGraphConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(5)
                        .updater(new Adam(0.01))
                        .graphBuilder()
                        .addInputs("x")
                        .addLayer("below", new SimpleRnn.Builder().nOut(3).build(), "x")
                        .addLayer("cell", new LastTimeStep(lstm()), "below")
                        .addLayer(
                                "out",
                                new OutputLayer.Builder()
                                        .nOut(2)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "cell")
                        .setOutputs("out")
                        .setInputTypes(InputType.recurrent(3, RNNFormat.NCW))
                        .build();
        INDArray y = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}});
        MaterializedTwin.check(conf, cell().build(), new MultiDataSet(X, y));
    }

    @Test
    void matricesCanBeChosenOneByOne() {
        LoraPlan plan =
                new LoraTransformer.Builder(base(lstm()))
                        .config(new LoraConfig.Builder().targets("cell.RW").rank(1).build())
                        .build()
                        .plan();
        assertEquals(List.of("cell.RW"), plan.targets().stream().map(LoraTarget::name).toList());
    }

    @Test
    void biasesOfBothDirectionsLearnAndNothingElse() {
        for (BasePlacement placement : BasePlacement.values()) {
            ComputationGraph graph =
                    new ComputationGraph(base(new Bidirectional(Bidirectional.Mode.ADD, lstm())));
            graph.init();
            ComputationGraph adapted =
                    new LoraTransformer.Builder(graph)
                            .config(
                                    new LoraConfig.Builder()
                                            .targets("cell")
                                            .bias(BiasMode.LORA_ONLY)
                                            .base(placement)
                                            .build())
                            .build()
                            .transform();
            INDArray before = graph.params().dup();
            for (int i = 0; i < 3; i++) {
                adapted.fit(new DataSet(X, labels(), MASK, MASK));
            }
            assertEquals(before, graph.params());
            LoraRuntime cell = (LoraRuntime) adapted.getLayer("cell");
            for (String key : cell.baseKeys()) {
                INDArray first = graph.getLayer("cell").paramTable().get(key);
                assertEquals(!key.endsWith("b"), first.equals(cell.base(key)), key);
            }
        }
    }

    @Test
    void stepsEqualTheWholeSequence() {
        ComputationGraph graph = new ComputationGraph(base(lstm()));
        graph.init();
        ComputationGraph adapted =
                new LoraTransformer.Builder(graph).config(cell().build()).build().transform();
        adapted.getLayer("cell").getParam("RW.loraB.0").assign(0.3);
        INDArray whole = adapted.outputSingle(X);
        for (int t = 0; t < 4; t++) {
            INDArray step = adapted.rnnTimeStep(X.tensorAlongDimension(t, 0, 1).dup())[0];
            INDArray at = whole.tensorAlongDimension(t, 0, 1);
            assertTrue(at.equalsWithEps(step.reshape(at.shape()), 1e-5), "step " + t);
        }
    }

    @Test
    void learnsThroughTimeInParts() {
        ComputationGraphConfiguration conf = base(lstm());
        conf.setBackpropType(BackpropType.TruncatedBPTT);
        conf.setTbpttFwdLength(2);
        conf.setTbpttBackLength(2);
        ComputationGraph graph = new ComputationGraph(conf);
        graph.init();
        ComputationGraph adapted =
                new LoraTransformer.Builder(graph).config(cell().build()).build().transform();
        DataSet data = new DataSet(X, labels());
        double first = adapted.score(data);
        for (int i = 0; i < 40; i++) {
            adapted.fit(data);
        }
        assertTrue(adapted.score(data) < first);
        assertTrue(
                adapted.getLayer("cell").getParam("RW.loraB.0").normmaxNumber().doubleValue() > 0);
    }
}
