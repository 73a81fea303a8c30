package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SynapticIntelligenceTest {

    private static final double RATE = 0.05;
    private static final double STRENGTH = 0.7;
    private static final double DAMPING = 0.02;

    /** On a quadratic loss the path integrals of small steps add up to what the loss lost. */
    @Test
    void pathIntegralsAddUpToTheLossThatWasSaved() {
        ComputationGraph graph = quadratic();
        double[] start = graph.params().toDoubleVector();
        MultiDataSet all = Toy.data(0, 20, 1);
        double before = graph.score(all, true);
        SynapticIntelligence method = new SynapticIntelligence(1, DAMPING);
        train(graph, Toy.permuted(1, 20, 20), method, 60);
        double saved = before - graph.score(all, true);
        double[] end = graph.params().toDoubleVector();
        double[] importance = method.importance().toDoubleVector();
        double sum = 0;
        for (int i = 0; i < end.length; i++) {
            sum += importance[i] * (Math.pow(end[i] - start[i], 2) + DAMPING);
        }
        assertTrue(saved > 0.3, "saved " + saved);
        assertEquals(saved, sum, 0.01 * saved);
    }

    /** Three tasks of gradient descent, beside plain loops over arrays. */
    @Test
    void itIsWhatItIsSaidToBe() {
        ComputationGraph graph = Toy.mlp(new Sgd(RATE), DataType.DOUBLE, 0, false);
        ComputationGraph twin = graph.clone();
        TaskStream stream = Toy.permuted(3, 30, 10);
        SynapticIntelligence method = new SynapticIntelligence(STRENGTH, DAMPING);
        train(graph, stream, method, 3);

        int n = (int) twin.numParams();
        double[] importance = new double[n];
        double[] rest = twin.params().toDoubleVector();
        for (int task = 0; task < 3; task++) {
            double[] path = new double[n];
            for (MultiDataSet batch : batches(stream, task)) {
                double[] before = twin.params().toDoubleVector();
                twin.fit(batch);
                double[] after = twin.params().toDoubleVector();
                for (int i = 0; i < n; i++) {
                    double g = (before[i] - after[i]) / RATE;
                    double penalty = 2 * STRENGTH * importance[i] * (before[i] - rest[i]);
                    after[i] -= RATE * penalty;
                    path[i] -= g * (after[i] - before[i]);
                    twin.params().putScalar(i, after[i]);
                }
            }
            double[] end = twin.params().toDoubleVector();
            for (int i = 0; i < n; i++) {
                double moved = Math.pow(end[i] - rest[i], 2) + DAMPING;
                importance[i] = Math.max(0, importance[i] + path[i] / moved);
            }
            rest = end;
        }
        assertArrayEquals(rest, graph.params().toDoubleVector(), 1e-9);
        assertArrayEquals(importance, method.importance().toDoubleVector(), 1e-9);
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SynapticIntelligence(-1, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new SynapticIntelligence(1, 0));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new SynapticIntelligence(Double.NaN, 0.1))
                        .getMessage();
        assertTrue(message.contains("strength must be at least 0, got NaN"), message);
    }

    private static ComputationGraph quadratic() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .seed(3)
                                .updater(new Sgd(2e-4))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunction.L2)
                                                .nIn(16)
                                                .nOut(4)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "in")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }

    private static void train(
            ComputationGraph graph, TaskStream stream, SynapticIntelligence method, int steps) {
        new ContinualTrainer.Builder(graph, stream, method)
                .budget(Budget.steps(steps))
                .scoreBefore(false)
                .build()
                .run();
    }

    private static List<MultiDataSet> batches(TaskStream stream, int task) {
        List<MultiDataSet> all = new ArrayList<>();
        stream.task(task).train().open(0).forEachRemaining(all::add);
        return all;
    }
}
