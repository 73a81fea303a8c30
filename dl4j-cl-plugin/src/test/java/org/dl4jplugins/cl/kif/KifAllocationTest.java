package org.dl4jplugins.cl.kif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.Naive;
import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.fusion.MaskRule;
import org.dl4jplugins.cl.fusion.SoftFusion;
import org.dl4jplugins.cl.fusion.TensorFusion;
import org.dl4jplugins.cl.fusion.UniformFusion;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.importance.WeightTime;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Arrays of the parameters' number: those that are held, and what a cycle adds to what DL4J makes
 * for its steps.
 */
class KifAllocationTest {

    private static final int WIDTH = 2000;
    private static final long PARAMETERS = 21 * WIDTH + 4;

    /** Nearly all parameters are in one matrix of 16 x 2000, so that parts of them count. */
    private static final int LARGE = 16 * WIDTH;

    private static final int CYCLE = 2 + 1;

    static Stream<Arguments> cycles() {
        return Stream.of(
                Arguments.of(new MaskFusion.Builder().build(), DataType.FLOAT, 0),
                Arguments.of(new MaskFusion.Builder().perTensor(true).build(), DataType.FLOAT, 0),
                Arguments.of(new SoftFusion(0.1), DataType.FLOAT, 0),
                Arguments.of(new UniformFusion(0.5, 0.5), DataType.FLOAT, 2 * PARAMETERS),
                Arguments.of(
                        new TensorFusion(0.5, MaskRule.paper()),
                        DataType.FLOAT,
                        2 * PARAMETERS + LARGE));
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void cyclesAddNothing(Fusion fusion, DataType type, long perCycle) throws Exception {
        for (WeightTime time : WeightTime.values()) {
            RecurrentKif kif =
                    new RecurrentKif.Builder()
                            .innerSteps(2)
                            .outerSteps(1)
                            .innerSmoothing(Smoothing.publishedCode())
                            .weightTime(time)
                            .fusion(fusion)
                            .build();
            List<Long> after = elements(kif, type);
            List<Long> plain = elements(new Naive(), type);
            long steps = plain.get(plain.size() - 1) - plain.get(plain.size() - 1 - CYCLE);
            int last = after.size() - 1;
            assertTrue(last >= 4, after.toString());
            for (int i = last; i > last - 2; i--) {
                assertEquals(steps + perCycle, after.get(i) - after.get(i - 2), time + " " + after);
            }
        }
    }

    @Test
    void holdsWhatItSays() throws Exception {
        try (Allocations made = new Allocations(LARGE)) {
            ComputationGraph graph = wide(DataType.FLOAT);
            graph.getUpdater(true);
            long before = made.elements();
            new KifCycle(settings(WeightTime.BEFORE_STEP, Smoothing.paper()), graph);
            assertEquals((3 + 2 + 2) * PARAMETERS, made.elements() - before);
            before = made.elements();
            new KifCycle(settings(WeightTime.AFTER_STEP, Smoothing.publishedCode()), graph);
            assertEquals((3 + 4 + 2 + 2) * PARAMETERS, made.elements() - before);
        }
    }

    private static KifSettings settings(WeightTime time, Smoothing smoothing) {
        Fusion fusion = new MaskFusion.Builder().build();
        return new KifSettings(
                2, 1, 4, smoothing, smoothing, time, false, true, false, new Adam(), fusion, null);
    }

    /** Elements made until each step of a second task. */
    private static List<Long> elements(ContinualMethod method, DataType type) throws Exception {
        List<Long> elements = new ArrayList<>();
        try (Allocations made = new Allocations(LARGE)) {
            new ContinualTrainer.Builder(wide(type), Toy.permuted(2, 60, 4), method)
                    .memory(new FractionMemory(0.5, true))
                    .budget(Budget.steps(12))
                    .scoreBefore(false)
                    .progress(
                            new Progress() {
                                @Override
                                public void step(Learner learner, double loss) {
                                    if (learner.task() == 1) {
                                        elements.add(made.elements());
                                    }
                                }
                            })
                    .build()
                    .run();
        }
        return elements;
    }

    private static ComputationGraph wide(DataType type) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(type)
                                .seed(5)
                                .updater(new Adam(0.001))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "hidden",
                                        new DenseLayer.Builder().nIn(16).nOut(WIDTH).build(),
                                        "in")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(WIDTH)
                                                .nOut(4)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "hidden")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }
}
