package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

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
}
