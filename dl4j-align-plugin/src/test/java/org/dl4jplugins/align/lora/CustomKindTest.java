package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** A kind of the user's own, of a layer with two matrices; and how factors start. */
class CustomKindTest {
    private static final INDArray X = Nd4j.rand(2, 3, 4);
    private static final INDArray Y = Nd4j.ones(2, 2, 4).muli(0.5);

    private static ComputationGraphConfiguration base(BackpropType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .l2(0.01)
                .graphBuilder()
                .addInputs("x")
                .addLayer("below", rnn(3, 3), "x")
                .addLayer("rnn", rnn(3, 4), "below")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder()
                                .nIn(4)
                                .nOut(2)
                                .dataFormat(RNNFormat.NCW)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "rnn")
                .setOutputs("out")
                .backpropType(type)
                .tBPTTLength(2)
                .build();
    }

    private static SimpleRnn rnn(int in, int out) {
        return new SimpleRnn.Builder().nIn(in).nOut(out).activation(Activation.TANH).build();
    }

    private static LoraTransformer.Builder transformer(
            ComputationGraphConfiguration base, boolean dora) {
        return new LoraTransformer.Builder(base)
                .kind(new GatesKind())
                .config(
                        new LoraConfig.Builder()
                                .targets("rnn")
                                .rank(2)
                                .modulesToSave("below", "out")
                                .dora(dora)
                                .build());
    }

    @TestFactory
    Stream<DynamicTest> passesWhatEveryLayerMustPass() {
        ComputationGraphConfiguration base = base(BackpropType.Standard);
        INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
        return LayerBattery.of(() -> transformer(base, false).build().plan().apply(base))
                .inputs(X)
                .labels(Y)
                .featureMasks(mask)
                .labelMasks(mask)
                .tests();
    }

    @Test
    void eachMatrixCanBeChosenByName() {
        ComputationGraphConfiguration base = base(BackpropType.Standard);
        LoraPlan plan =
                new LoraTransformer.Builder(base)
                        .kind(new GatesKind())
                        .config(new LoraConfig.Builder().targets("rnn.RW").rank(1).build())
                        .build()
                        .plan();
        assertEquals(List.of("rnn.RW"), plan.targets().stream().map(LoraTarget::name).toList());
    }

    @Test
    void timeStepsAndTruncatedTrainingSeeTheIncrements() {
        for (boolean dora : new boolean[] {false, true}) {
            ComputationGraphConfiguration conf = base(BackpropType.TruncatedBPTT);
            ComputationGraph graph =
                    new ComputationGraph(transformer(conf, dora).build().plan().apply(conf));
            graph.init();
            INDArray w = graph.getLayer("rnn").getParam("RW").dup();
            for (int i = 0; i < 3; i++) {
                graph.fit(new DataSet(X, Y));
            }
            assertEquals(w, graph.getLayer("rnn").getParam("RW"));
            INDArray b = graph.getLayer("rnn").getParam("RW.loraB.0");
            assertTrue(b.normmaxNumber().doubleValue() > 0);
            b.muli(50);
            graph.rnnClearPreviousState();
            graph.clear();
            graph.setLabels((INDArray[]) null);
            INDArray full = graph.outputSingle(X).dup();
            for (int t = 0; t < 4; t++) {
                INDArray now =
                        X.get(
                                NDArrayIndex.all(),
                                NDArrayIndex.all(),
                                NDArrayIndex.interval(t, t + 1));
                INDArray step = graph.rnnTimeStep(now)[0];
                INDArray expected =
                        full.get(
                                NDArrayIndex.all(),
                                NDArrayIndex.all(),
                                NDArrayIndex.interval(t, t + 1));
                assertEquals(0, expected.sub(step).normmaxNumber().doubleValue(), 1e-6);
            }
        }
    }

    @Test
    void factorsStartInTheirRanges() {
        INDArray a = Nd4j.create(DataType.DOUBLE, 400, 8);
        LoraIncrement.Builder increment = new LoraIncrement.Builder("default", "W", 8, 16);
        Factors.initialize(increment.build(), a, new Random(3).nextLong());
        assertTrue(a.maxNumber().doubleValue() <= 1 / 20.0);
        assertTrue(a.minNumber().doubleValue() >= -1 / 20.0);
        assertEquals(1 / (20 * Math.sqrt(3)), a.stdNumber().doubleValue(), 1e-3);
        Factors.initialize(increment.init(LoraInit.GAUSSIAN).build(), a, 3);
        assertEquals(1 / 8.0, a.stdNumber().doubleValue(), 5e-3);
    }

    @Test
    void pissaOnASharedBaseIsRefused() {
        LoraConfig.Builder config =
                new LoraConfig.Builder()
                        .allLinear()
                        .init(LoraInit.PISSA)
                        .base(BasePlacement.SHARED);
        assertThrows(IllegalArgumentException.class, config::build);
    }
}
