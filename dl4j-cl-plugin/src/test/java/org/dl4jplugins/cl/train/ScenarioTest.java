package org.dl4jplugins.cl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.Naive;
import org.dl4jplugins.cl.baseline.Replay;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Four classes, two per task, on one head. */
class ScenarioTest {

    @Test
    void withoutTheTaskOldClassesAreForgottenWithItTheyAreNot() {
        ContinualResult alone = run(Scenario.TASK_INCREMENTAL, new Naive());
        ContinualResult all = run(Scenario.CLASS_INCREMENTAL, new Naive());
        ContinualResult replay = run(Scenario.CLASS_INCREMENTAL, new Replay());
        assertTrue(alone.matrix().overallPerformance() > 80, alone.toString());
        assertTrue(all.matrix().accuracy(1, 0) < 30, all.toString());
        assertTrue(all.matrix().accuracy(1, 1) > 80, all.toString());
        assertTrue(
                replay.matrix().overallPerformance() > all.matrix().overallPerformance() + 10,
                all + "\n" + replay);
        assertEquals(all.steps(), replay.steps());
    }

    @Test
    void aLossThatCannotMaskIsRefused() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "head",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(16)
                                                .nOut(4)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "in")
                                .setOutputs("head")
                                .build());
        graph.init();
        ContinualTrainer.Builder builder =
                new ContinualTrainer.Builder(graph, split(Scenario.TASK_INCREMENTAL), new Naive());
        String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains("ClassMaskedLoss"), message);
    }

    private static ContinualResult run(Scenario scenario, ContinualMethod method) {
        return new ContinualTrainer.Builder(Toy.mlp(), split(scenario), method)
                .memory(new FractionMemory(0.1, true))
                .budget(Budget.steps(60))
                .build()
                .run();
    }

    private static TaskStream split(Scenario scenario) {
        return new TaskStream.Builder()
                .scenario(scenario)
                .add(task("first", 0))
                .add(task("second", 2))
                .build();
    }

    private static Task task(String name, int from) {
        return new Task.Builder(name)
                .classes(from, from + 1)
                .train(TaskData.shuffled(classes(from, 200, 1), 10, 1))
                .test(TaskData.inOrder(classes(from, 200, 2), 50))
                .build();
    }

    /** The examples of two classes; example i has the class i modulo 4. */
    private static MultiDataSet classes(int from, int examples, long seed) {
        int[] rows = IntStream.range(0, examples).filter(i -> i % 4 / 2 == from / 2).toArray();
        return Rows.of(Toy.data(0, examples, seed), rows);
    }
}
