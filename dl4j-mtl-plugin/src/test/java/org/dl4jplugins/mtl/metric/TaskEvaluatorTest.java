package org.dl4jplugins.mtl.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.model.ResNet18;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TaskEvaluatorTest {

    private final ComputationGraph graph = graph();
    private final INDArray features = Nd4j.rand(6, 4);
    private final INDArray classes = Nd4j.eye(3).repeat(0, 2);
    private final INDArray depths = Nd4j.rand(6, 1).addi(1);

    private static ComputationGraph graph() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(1)
                                .updater(new Sgd(0.1))
                                .graphBuilder()
                                .addInputs("in")
                                .setInputTypes(InputType.feedForward(4))
                                .addLayer("dense", new DenseLayer.Builder().nOut(5).build(), "in")
                                .addLayer("norm", new BatchNormalization(), "dense")
                                .addLayer(
                                        "digit",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nOut(3)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "norm")
                                .addLayer(
                                        "depth",
                                        new OutputLayer.Builder(LossFunction.L1)
                                                .nOut(1)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "norm")
                                .setOutputs("digit", "depth")
                                .build());
        graph.init();
        return graph;
    }

    private MultiDataSetIterator data(int batch) {
        List<MultiDataSet> batches = new java.util.ArrayList<>();
        for (int from = 0; from < 6; from += batch) {
            int to = Math.min(6, from + batch);
            batches.add(
                    new org.nd4j.linalg.dataset.MultiDataSet(
                            new INDArray[] {rows(features, from, to)},
                            new INDArray[] {rows(classes, from, to), rows(depths, from, to)}));
        }
        return new Batches(batches);
    }

    private static INDArray rows(INDArray array, int from, int to) {
        return array.get(
                org.nd4j.linalg.indexing.NDArrayIndex.interval(from, to),
                org.nd4j.linalg.indexing.NDArrayIndex.all());
    }

    private final TaskEvaluator evaluator =
            new TaskEvaluator.Builder()
                    .task("depth", new DepthEvaluation(), DepthEvaluation.Metric.values())
                    .task(
                            "digit",
                            new Evaluation(3),
                            Evaluation.Metric.ACCURACY,
                            Evaluation.Metric.F1)
                    .build();

    @Test
    void scoresAreThoseOfThePredictionsWhateverTheBatches() {
        graph.fit(data(3).next());
        INDArray[] outputs = graph.output(features);
        INDArray right = outputs[0].argMax(1).eq(classes.argMax(1));
        double accuracy = right.castTo(outputs[0].dataType()).meanNumber().doubleValue();
        double error =
                org.nd4j.linalg.ops.transforms.Transforms.abs(outputs[1].sub(depths))
                        .meanNumber()
                        .doubleValue();
        for (int batch : new int[] {6, 4, 1}) {
            TaskScores scores = evaluator.evaluate(graph, data(batch));
            assertEquals(List.of("depth", "digit"), List.copyOf(scores.tasks().keySet()));
            assertEquals(accuracy, scores.value("digit", "ACCURACY").value(), 1e-6);
            assertEquals(error, scores.value("depth", "ABSOLUTE_ERROR").value(), 1e-6);
            assertTrue(scores.value("depth", "RELATIVE_ERROR").lowerIsBetter());
            assertTrue(!scores.value("digit", "F1").lowerIsBetter());
        }
    }

    @Test
    void repeatedEvaluationsStartAfresh() {
        MultiDataSetIterator data = data(2);
        TaskScores first = evaluator.evaluate(graph, data);
        assertEquals(first, evaluator.evaluate(graph, data));
        data.reset();
        data.next();
        assertEquals(first, evaluator.evaluate(graph, data));
    }

    @Test
    void unknownTasksAndForeignMetricsAreNamed() {
        TaskEvaluator unknown =
                new TaskEvaluator.Builder()
                        .task("letter", new Evaluation(3), Evaluation.Metric.ACCURACY)
                        .build();
        String message =
                assertThrows(IllegalArgumentException.class, () -> unknown.evaluate(graph, data(6)))
                        .getMessage();
        assertTrue(message.contains("letter") && message.contains("[digit, depth]"), message);
        TaskEvaluator.Builder builder = new TaskEvaluator.Builder();
        assertThrows(IllegalArgumentException.class, builder::build);
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.task("depth", new DepthEvaluation(), Evaluation.Metric.ACCURACY));
        assertThrows(
                IllegalArgumentException.class, () -> builder.task("depth", new DepthEvaluation()));
    }

    @Test
    void sizeCountsNoRunningStatistics() {
        long expected = (4 * 5 + 5) + (5 + 5) + (5 * 3 + 3) + (5 + 1);
        assertEquals(expected, ModelSize.parameters(graph));
        assertEquals(expected + 10, graph.numParams());
        assertEquals(expected * 4 / 1048576.0, ModelSize.megabytes(graph), 1e-12);
        assertEquals(4, ModelSize.megabytes(1 << 20));
    }

    /** The paper's Table 1 gives 42.81 MB for the joint ResNet-18. */
    @Test
    void sizeOfTheResNetIsThePapers() {
        ComputationGraph net = new ResNet18.Builder().task("a", 10).task("b", 10).build().init();
        assertEquals(42.814, ModelSize.megabytes(net), 5e-4);
    }
}
