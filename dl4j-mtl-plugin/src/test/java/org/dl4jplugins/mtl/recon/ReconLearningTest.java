package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jplugins.mtl.conflict.ConflictListener;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The paper's recipe from scoring to retraining, and what it promises: better tasks and fewer
 * severe conflicts in the layers that stay shared. Two unrelated tasks share a network that is one
 * unit wide at one place, so one of them always loses. Splitting at or before that place helps
 * both, splitting after it, where conflicts are fewest, nobody.
 */
class ReconLearningTest {
    private static final double SEVERITY = -0.5;
    private static final int STEPS = 150;

    /** Class of a task: the sign of the sum of two features, others for each task. */
    private static MultiDataSet data() {
        Random random = new Random(5);
        INDArray x = Nd4j.zeros(96, 6);
        INDArray a = Nd4j.zeros(96, 1);
        INDArray b = Nd4j.zeros(96, 1);
        for (int i = 0; i < 96; i++) {
            for (int j = 0; j < 6; j++) {
                x.putScalar(i, j, random.nextGaussian());
            }
            a.putScalar(i, 0, x.getDouble(i, 0) + x.getDouble(i, 1) > 0 ? 1 : 0);
            b.putScalar(i, 0, x.getDouble(i, 2) + x.getDouble(i, 3) > 0 ? 1 : 0);
        }
        return new MultiDataSet(new INDArray[] {x}, new INDArray[] {a, b});
    }

    private static ComputationGraph network(long seed) {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .updater(new Adam(0.01))
                        .weightInit(WeightInit.XAVIER)
                        .activation(Activation.TANH)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("wide1", TestNets.dense(6, 12), "in")
                        .addLayer("wide2", TestNets.dense(12, 12), "wide1")
                        .addLayer("narrow", TestNets.dense(12, 1), "wide2")
                        .addLayer("top", new DenseLayer.Builder().nIn(1).nOut(2).build(), "narrow")
                        .setOutputs("a", "b");
        for (String task : List.of("a", "b")) {
            builder.addLayer(
                    task,
                    new OutputLayer.Builder(LossFunction.XENT)
                            .nIn(2)
                            .nOut(1)
                            .activation(Activation.SIGMOID)
                            .build(),
                    "top");
        }
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        return graph;
    }

    /** A trained network. */
    private record Run(double loss, double accuracy, ConflictReport conflicts) {
        static Run of(ComputationGraph graph) {
            ConflictListener listener = new ConflictListener.Builder().thresholds(SEVERITY).build();
            graph.setListeners(listener);
            MultiDataSet data = data();
            for (int i = 0; i < STEPS; i++) {
                graph.fit(data);
            }
            double right = 0;
            INDArray[] outputs = graph.output(data.getFeatures());
            for (int t = 0; t < 2; t++) {
                for (int i = 0; i < 96; i++) {
                    boolean one = outputs[t].getDouble(i) > 0.5;
                    right += one == data.getLabels(t).getDouble(i) > 0.5 ? 1 : 0;
                }
            }
            return new Run(graph.score(data), right / (2 * 96), listener.report());
        }

        double severe(List<String> layers) {
            return conflicts.distribution(layers).shareBelow(SEVERITY);
        }
    }

    private static Run recon(long seed, ReconTransformer.Builder chosen) {
        return Run.of(chosen.seed(seed).build().transform());
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    void splittingTheMostDisputedLayerHelpsWhereAnotherDoesNot(long seed) {
        ComputationGraph joint = network(seed);
        Run before = Run.of(joint);
        List<String> ranked = before.conflicts().ranking(SEVERITY).layers();
        assertNotEquals("top", ranked.get(0));

        Run recon =
                recon(
                        seed,
                        new ReconTransformer.Builder(joint)
                                .report(before.conflicts(), SEVERITY)
                                .topK(1));
        List<String> shared = recon.conflicts().layerNames();
        assertTrue(recon.loss() < 0.3 * before.loss(), recon + " after " + before);
        assertTrue(recon.accuracy() > before.accuracy() + 0.1, recon + " after " + before);
        assertTrue(
                recon.severe(shared) < 0.1 * before.severe(shared),
                recon.severe(shared) + " after " + before.severe(shared));

        Run wrong = recon(seed, new ReconTransformer.Builder(joint).layers(ranked.get(3)));
        List<String> others = wrong.conflicts().layerNames();
        assertTrue(wrong.loss() > 0.8 * before.loss(), wrong + " after " + before);
        assertTrue(wrong.accuracy() < before.accuracy() + 0.05, wrong + " after " + before);
        assertTrue(
                wrong.severe(others) > 0.6 * before.severe(others),
                wrong.severe(others) + " after " + before.severe(others));
    }
}
