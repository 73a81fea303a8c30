package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.dl4jplugins.mtl.stream.StreamBatchNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What users do with a network after Recon: train, store, copy, change, evaluate. */
class ReconLifeCycleTest {
    @TempDir Path folder;

    private static ComputationGraph modified(ComputationGraph net, String... layers) {
        return new ReconTransformer.Builder(net)
                .layers(layers)
                .init(ReconInit.FROM_TRAINED)
                .build()
                .transform();
    }

    private static TestNets.Case trained() {
        TestNets.Case c = TestNets.residual();
        ComputationGraph net = modified(c.net(), "conv1", "bn2");
        for (int i = 0; i < 3; i++) {
            net.fit(c.data());
        }
        return new TestNets.Case(net, c.data());
    }

    @Test
    void trainingLowersTheLossAndGoesOnAfterLoading() throws IOException {
        TestNets.Case c = trained();
        double before = c.net().score(c.data());
        File file = folder.resolve("net.zip").toFile();
        c.net().save(file, true);
        ComputationGraph loaded = ComputationGraph.load(file, true);
        assertEquals(c.net().getConfiguration(), loaded.getConfiguration());
        assertEquals(c.net().params(), loaded.params());
        assertEquals(
                c.net().getUpdater().getUpdaterStateViewArray(),
                loaded.getUpdater().getUpdaterStateViewArray());
        for (int i = 0; i < 5; i++) {
            c.net().fit(c.data());
            loaded.fit(c.data());
        }
        assertEquals(c.net().params(), loaded.params());
        assertTrue(c.net().score(c.data()) < before);
        assertNotEquals(c.net().getParam("conv1@a_W"), c.net().getParam("conv1@b_W"));
    }

    @Test
    void jsonAndClone() {
        TestNets.Case c = trained();
        String json = c.net().getConfiguration().toJson();
        ComputationGraphConfiguration back = ComputationGraphConfiguration.fromJson(json);
        assertEquals(c.net().getConfiguration(), back);
        assertEquals(json, back.toJson());
        ComputationGraph clone = c.net().clone();
        INDArray[] expected = c.net().output(c.data().getFeatures());
        INDArray[] actual = clone.output(c.data().getFeatures());
        assertEquals(expected[0], actual[0]);
        assertEquals(expected[1], actual[1]);
    }

    @Test
    void workspacesDoNotMatter() {
        TestNets.Case c = TestNets.residual();
        ComputationGraph with = modified(c.net(), "conv1", "bn2");
        ComputationGraph without = with.clone();
        without.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.NONE);
        without.getConfiguration().setInferenceWorkspaceMode(WorkspaceMode.NONE);
        for (int i = 0; i < 4; i++) {
            with.fit(c.data());
            without.fit(c.data());
        }
        Twins.assertClose("parameters", without.params(), with.params(), 1e-12);
    }

    @Test
    void transferLearningKeepsStreams() {
        TestNets.Case c = trained();
        ComputationGraph changed =
                new TransferLearning.GraphBuilder(c.net())
                        .fineTuneConfiguration(
                                new FineTuneConfiguration.Builder()
                                        .updater(new Nesterovs(0.01, 0.9))
                                        .build())
                        .nOutReplace("b", 4, org.deeplearning4j.nn.weights.WeightInit.XAVIER)
                        .build();
        // DL4J makes the changed network a single-precision one.
        for (String key : List.of("conv1@b_W", "conv2_W", "bn2@a_gamma")) {
            Twins.assertClose(
                    key,
                    c.net().getParam(key),
                    changed.getParam(key).castTo(DataType.DOUBLE),
                    1e-6);
        }
        Twins.assertClose(
                "output",
                c.net().output(c.data().getFeatures())[0],
                changed.output(c.data().getFeatures())[0].castTo(DataType.DOUBLE),
                1e-4);
        MultiDataSet data =
                TestNets.data(
                        c.data().getFeatures(0),
                        c.data().getLabels(0),
                        TestNets.oneHot(4, TestNets.BATCH, 4));
        double before = changed.score(data);
        for (int i = 0; i < 10; i++) {
            changed.fit(data);
        }
        assertTrue(changed.score(data) < before);
    }

    @Test
    @SuppressWarnings("rawtypes") // as DL4J declares evaluate
    void evaluationPerTask() {
        TestNets.Case c = trained();
        c.net().fit(c.data());
        Map<Integer, IEvaluation[]> evaluations =
                Map.of(
                        0, new IEvaluation[] {new Evaluation(3)},
                        1, new IEvaluation[] {new Evaluation(2)});
        c.net().evaluate(new SingletonMultiDataSetIterator(c.data()), evaluations);
        for (int t = 0; t < 2; t++) {
            Evaluation expected = new Evaluation(t == 0 ? 3 : 2);
            expected.eval(c.data().getLabels(t), c.net().output(c.data().getFeatures())[t]);
            Evaluation actual = (Evaluation) evaluations.get(t)[0];
            assertEquals(expected.getConfusionMatrix(), actual.getConfusionMatrix());
        }
        // Another batch size after training.
        INDArray two =
                c.data()
                        .getFeatures(0)
                        .get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 2))
                        .dup();
        assertEquals(2, c.net().output(two)[1].size(0));
    }

    @Test
    void parallelWrapperTrains() {
        TestNets.Case c = trained();
        INDArray before = c.net().params().dup();
        double score = c.net().score(c.data());
        ParallelWrapper wrapper =
                new ParallelWrapper.Builder<>(c.net())
                        .workers(2)
                        .averagingFrequency(1)
                        .prefetchBuffer(0)
                        .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
                        .build();
        try {
            wrapper.fit(
                    new IteratorMultiDataSetIterator(
                            Collections.nCopies(
                                            8, (org.nd4j.linalg.dataset.api.MultiDataSet) c.data())
                                    .iterator(),
                            TestNets.BATCH));
        } finally {
            wrapper.shutdown();
        }
        assertNotEquals(before, c.net().params());
        assertTrue(c.net().score(c.data()) < score);
    }

    @Test
    void settingsOfLayersGoAlong() {
        ComputationGraph net =
                new ComputationGraph(
                        TestNets.builder()
                                .addInputs("in")
                                .addLayer(
                                        "d",
                                        new DenseLayer.Builder()
                                                .nOut(4)
                                                .updater(new Adam(0.3))
                                                .l2(0.1)
                                                .constrainWeights(new MaxNormConstraint(1, 1))
                                                .dropOut(0.7)
                                                .build(),
                                        "in")
                                .addLayer("a", TestNets.head(2), "d")
                                .addLayer("b", TestNets.head(2), "d")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.feedForward(3))
                                .build());
        net.init();
        ComputationGraph modified = modified(net, "d");
        DenseLayer original = (DenseLayer) net.getLayer("d").conf().getLayer();
        DenseLayer copy = (DenseLayer) modified.getLayer("d@b").conf().getLayer();
        assertEquals(original.getIUpdater(), copy.getIUpdater());
        assertEquals(original.getRegularization(), copy.getRegularization());
        assertEquals(original.getConstraints(), copy.getConstraints());
        assertEquals(original.getIDropout(), copy.getIDropout());
        DenseLayer other = (DenseLayer) modified.getLayer("d@a").conf().getLayer();
        assertFalse(copy.getIDropout() == other.getIDropout());
        assertEquals("d@b", copy.getLayerName());
    }

    @Test
    void dropoutDrawsPerStream() {
        ComputationGraph net =
                new ComputationGraph(
                        TestNets.builder()
                                .addInputs("in")
                                .addLayer("d", TestNets.dense(20), "in")
                                .addLayer(
                                        "e",
                                        new DenseLayer.Builder()
                                                .nOut(5)
                                                .dropOut(new Dropout(0.5))
                                                .build(),
                                        "d")
                                .addLayer("a", TestNets.head(2), "e")
                                .addLayer("b", TestNets.head(2), "e")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.feedForward(3))
                                .build());
        net.init();
        ComputationGraph modified = modified(net, "d");
        INDArray x = TestNets.rand(1, 6, 3);
        Map<String, INDArray> test = modified.feedForward(x, false);
        assertEquals(test.get("e@a"), test.get("e@b"));
        Map<String, INDArray> train = modified.feedForward(x, true);
        assertNotEquals(train.get("e@a"), train.get("e@b"));
    }

    @Test
    void sharedBatchNormalizationUpdatesItsStatisticsOncePerStream() {
        TestNets.Case c = TestNets.mlp();
        ComputationGraph modified = modified(c.net(), "d1");
        assertInstanceOf(
                StreamBatchNormalization.class, modified.getLayer("bn1").conf().getLayer());
        INDArray start = c.net().getParam("bn1_mean").dup();
        c.net().fit(c.data());
        modified.fit(c.data());
        // Equal copies: running = d running + (1 - d) m, twice.
        INDArray once = c.net().getParam("bn1_mean").sub(start);
        Twins.assertClose(
                "mean", start.add(once.mul(1 + 0.9)), modified.getParam("bn1_mean"), 1e-12);
    }

    @Test
    void truncatedBackpropagationAndSteps() {
        ComputationGraph net =
                new ComputationGraph(
                        TestNets.builder()
                                .addInputs("in")
                                .addLayer("one", new LSTM.Builder().nOut(4).build(), "in")
                                .addLayer("two", new LSTM.Builder().nOut(4).build(), "one")
                                .addLayer("a", rnnHead(), "two")
                                .addLayer("b", rnnHead(), "two")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.recurrent(3))
                                .backpropType(BackpropType.TruncatedBPTT)
                                .tBPTTLength(3)
                                .build());
        net.init();
        ComputationGraph modified = modified(net, "one");
        INDArray x = TestNets.rand(1, 2, 3, 6);
        for (int step = 0; step < 4; step++) {
            INDArray now =
                    x.get(
                                    org.nd4j.linalg.indexing.NDArrayIndex.all(),
                                    org.nd4j.linalg.indexing.NDArrayIndex.all(),
                                    org.nd4j.linalg.indexing.NDArrayIndex.interval(step, step + 1))
                            .dup();
            INDArray[] expected = net.rnnTimeStep(now);
            INDArray[] actual = modified.rnnTimeStep(now);
            Twins.assertClose("step " + step, expected[0], actual[0], 1e-12);
            Twins.assertClose("step " + step, expected[1], actual[1], 1e-12);
        }
        modified.rnnClearPreviousState();
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {x},
                        new INDArray[] {
                            TestNets.rand(2, 2, 2, 6).muli(0.1), TestNets.rand(3, 2, 2, 6).muli(0.1)
                        });
        modified.fit(data);
        double before = modified.score();
        for (int i = 0; i < 20; i++) {
            modified.fit(data);
        }
        assertTrue(modified.score() < before);
        assertEquals(2 * 21, modified.getIterationCount());
    }

    private static RnnOutputLayer rnnHead() {
        return new RnnOutputLayer.Builder(LossFunction.MSE)
                .nOut(2)
                .activation(Activation.IDENTITY)
                .build();
    }

    @Test
    void fortyTasks() {
        int tasks = 40;
        GraphBuilder b =
                TestNets.builder()
                        .addInputs("in")
                        .addLayer("d1", TestNets.dense(4), "in")
                        .addLayer("bn", new BatchNormalization(), "d1")
                        .addLayer("d2", TestNets.dense(4), "bn")
                        .setInputTypes(InputType.feedForward(3));
        String[] names = new String[tasks];
        INDArray[] labels = new INDArray[tasks];
        for (int t = 0; t < tasks; t++) {
            names[t] = "task" + t;
            b.addLayer(names[t], TestNets.head(2), "d2");
            labels[t] = TestNets.oneHot(t, TestNets.BATCH, 2);
        }
        ComputationGraph net = new ComputationGraph(b.setOutputs(names).build());
        net.init();
        ComputationGraph modified = modified(net, "d1");
        MultiDataSet data = TestNets.data(TestNets.rand(1, TestNets.BATCH, 3), labels);
        new Twins(net, modified).assertSameOutputs(data, false, 1e-12);
        modified.fit(data);
        double before = modified.score();
        modified.fit(data);
        assertTrue(modified.score() < before);
    }

    @Test
    void frozenBottomStaysCommon() {
        TestNets.Case c = TestNets.residual();
        ComputationGraph frozen =
                new TransferLearning.GraphBuilder(c.net())
                        .fineTuneConfiguration(
                                new FineTuneConfiguration.Builder().updater(new Adam(0.1)).build())
                        .setFeatureExtractor("bn1")
                        .build();
        ComputationGraph modified = modified(frozen, "conv2");
        INDArray before = modified.getParam("conv1_W").dup();
        modified.fit(c.data());
        assertEquals(before, modified.getParam("conv1_W"));
        assertNotEquals(modified.getParam("conv2@a_W"), modified.getParam("conv2@b_W"));
        List<String> names = List.copyOf(modified.getConfiguration().getVertices().keySet());
        assertFalse(names.contains("conv1@a"), names.toString());
    }
}
