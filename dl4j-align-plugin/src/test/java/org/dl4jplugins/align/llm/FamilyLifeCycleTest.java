package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Graphs of all families and heads are stored, loaded and trained on like any other. */
class FamilyLifeCycleTest {
    @TempDir Path folder;

    private record Case(HfConfig config, ModelOptions options, MultiDataSet batch) {}

    @TestFactory
    Stream<DynamicTest> storedAndTrainedOn() {
        INDArray ids = TinyConfigs.IDS;
        INDArray next = TinyConfigs.NEXT;
        INDArray types = Nd4j.zeros(DataType.FLOAT, 2, 4);
        INDArray classes = Nd4j.eye(2).castTo(DataType.FLOAT);
        return Stream.of(
                        one(TinyConfigs.llama(), Head.LANGUAGE_MODEL, next, ids),
                        one(TinyConfigs.llama(), Head.SEQUENCE_CLASSIFICATION, classes, ids),
                        one(TinyConfigs.t5(), Head.LANGUAGE_MODEL, next, ids, ids),
                        one(TinyConfigs.t5(), Head.SEQUENCE_CLASSIFICATION, classes, ids),
                        one(TinyConfigs.bert(), Head.LANGUAGE_MODEL, next, ids, types),
                        one(TinyConfigs.bert(), Head.SEQUENCE_CLASSIFICATION, classes, ids, types),
                        new Case(
                                TinyConfigs.bert(),
                                options(Head.PRE_TRAINING).build(),
                                batch(new INDArray[] {next, classes}, ids, types)),
                        new Case(
                                TinyConfigs.bert(),
                                options(Head.LANGUAGE_MODEL).tokenTypes(false).build(),
                                batch(new INDArray[] {next}, ids)))
                .map(c -> DynamicTest.dynamicTest(name(c), test(c)));
    }

    private static Case one(HfConfig config, Head head, INDArray labels, INDArray... inputs) {
        return new Case(config, options(head).build(), batch(new INDArray[] {labels}, inputs));
    }

    private static ModelOptions.Builder options(Head head) {
        return new ModelOptions.Builder().head(head);
    }

    private static MultiDataSet batch(INDArray[] labels, INDArray... inputs) {
        INDArray[] masks = new INDArray[inputs.length];
        masks[0] = TinyConfigs.MASK;
        INDArray[] labelMasks = new INDArray[labels.length];
        labelMasks[0] = labels[0].size(1) == 4 ? TinyConfigs.MASK : null;
        return new MultiDataSet(inputs, labels, masks, labelMasks);
    }

    private static String name(Case c) {
        return c.config.modelType() + " " + c.options.head() + " " + c.options.tokenTypes();
    }

    private Executable test(Case c) {
        return () -> {
            ComputationGraph graph = ModelFamilies.standard().init(c.config, c.options);
            ComputationGraphConfiguration conf = graph.getConfiguration();
            assertEquals(conf, ComputationGraphConfiguration.fromJson(conf.toJson()));
            step(graph, c.batch);
            File file = folder.resolve("model.zip").toFile();
            ModelSerializer.writeModel(graph, file, true);
            ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file, true);
            assertEquals(graph.params(), loaded.params());
            INDArray before = graph.params().dup();
            step(graph, c.batch);
            step(loaded, c.batch);
            assertFalse(before.equals(graph.params()), "something was learned");
            assertEquals(graph.params(), loaded.params(), "the same step after loading");
            ComputationGraph copy = graph.clone();
            assertEquals(
                    graph.output(c.batch.getFeatures())[0], copy.output(c.batch.getFeatures())[0]);
        };
    }

    /** One step with the same dropout each time. */
    private static void step(ComputationGraph graph, MultiDataSet batch) throws IOException {
        Nd4j.getRandom().setSeed(5);
        graph.fit(batch);
        graph.clear();
    }

    @TestFactory
    Stream<DynamicTest> workspacesChangeNothing() {
        return Stream.of(TinyConfigs.llama(), TinyConfigs.t5(), TinyConfigs.bert())
                .map(c -> DynamicTest.dynamicTest(c.modelType(), () -> sameInBothModes(c)));
    }

    private static void sameInBothModes(HfConfig config) throws IOException {
        INDArray ids = TinyConfigs.IDS;
        boolean one = config.modelType().equals("llama");
        MultiDataSet batch =
                batch(
                        new INDArray[] {TinyConfigs.NEXT},
                        one
                                ? new INDArray[] {ids}
                                : new INDArray[] {ids, ids.gt(4).castTo(DataType.FLOAT)});
        INDArray[] trained = new INDArray[2];
        for (WorkspaceMode mode : List.of(WorkspaceMode.ENABLED, WorkspaceMode.NONE)) {
            ModelOptions options = options(Head.LANGUAGE_MODEL).workspaces(mode).build();
            ComputationGraph graph = ModelFamilies.standard().init(config, options);
            step(graph, batch);
            step(graph, batch);
            trained[mode == WorkspaceMode.NONE ? 1 : 0] = graph.params();
        }
        assertEquals(trained[0], trained[1]);
    }

    /** DL4J's own transfer learning: a new head on a frozen encoder. */
    @Test
    void newHeadByTransferLearning() throws IOException {
        ModelOptions options =
                options(Head.ENCODER).pooling(Pooling.MEAN).tokenTypes(false).build();
        ComputationGraph encoder = ModelFamilies.standard().init(TinyConfigs.bert(), options);
        INDArray pooled = encoder.outputSingle(TinyConfigs.IDS).dup();
        ComputationGraph tuned =
                new TransferLearning.GraphBuilder(encoder)
                        .fineTuneConfiguration(
                                new FineTuneConfiguration.Builder().updater(new Sgd(0.5)).build())
                        .setFeatureExtractor("pooled")
                        .addLayer(
                                "head",
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                        .nIn(8)
                                        .nOut(2)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "pooled")
                        .setOutputs("head")
                        .build();
        assertEquals(pooled, tuned.feedForward(TinyConfigs.IDS, false).get("pooled"));
        INDArray head = tuned.getLayer("head").params().dup();
        step(tuned, batch(new INDArray[] {Nd4j.eye(2)}, TinyConfigs.IDS));
        assertFalse(head.equals(tuned.getLayer("head").params()), "the head learns");
        assertEquals(pooled, tuned.feedForward(TinyConfigs.IDS, false).get("pooled"));
    }
}
