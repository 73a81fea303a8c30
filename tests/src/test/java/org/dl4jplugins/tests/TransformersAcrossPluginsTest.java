package org.dl4jplugins.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.dl4jplugins.align.llm.BertConfig;
import org.dl4jplugins.align.llm.Head;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.Pooling;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.mtl.conflict.ConflictListener;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Multi-task and continual learning on a transformer of the align plugin. */
class TransformersAcrossPluginsTest {
    private static final String QUERY = "encoder.layer.0.attention.self.query";
    private static final String FEED_FORWARD = "encoder.layer.1.intermediate.dense";

    private static OutputLayer head() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(8)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build();
    }

    /** A small BERT with mean pooling and two classifiers. */
    private static ComputationGraph twoHeads() {
        ModelOptions options =
                new ModelOptions.Builder()
                        .head(Head.ENCODER)
                        .pooling(Pooling.MEAN)
                        .tokenTypes(false)
                        .dropout(false)
                        .build();
        ComputationGraph encoder =
                ModelFamilies.standard()
                        .init(
                                new BertConfig.Builder(11)
                                        .hiddenSize(8)
                                        .intermediateSize(12)
                                        .blocks(2)
                                        .heads(2)
                                        .maxPositions(6)
                                        .build(),
                                options);
        return new TransferLearning.GraphBuilder(encoder)
                .fineTuneConfiguration(
                        new FineTuneConfiguration.Builder().updater(new Adam(0.01)).build())
                .addLayer("even", head(), "pooled")
                .addLayer("first", head(), "pooled")
                .setOutputs("even", "first")
                .build();
    }

    private static MultiDataSet batch() {
        INDArray ids =
                Nd4j.createFromArray(new float[][] {{1, 5, 7, 2}, {3, 3, 9, 0}, {4, 4, 8, 6}});
        INDArray mask =
                Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 1, 0}, {1, 1, 0, 0}});
        INDArray even = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}});
        INDArray first = Nd4j.createFromArray(new float[][] {{0, 1}, {0, 1}, {1, 0}});
        return new MultiDataSet(
                new INDArray[] {ids},
                new INDArray[] {even, first},
                new INDArray[] {mask},
                new INDArray[2]);
    }

    @Test
    void reconSplitsProjectionsThatTheTasksFightOver() {
        ComputationGraph graph = twoHeads();
        ConflictListener conflicts = new ConflictListener.Builder().build();
        graph.setListeners(conflicts);
        MultiDataSet batch = batch();
        for (int i = 0; i < 10; i++) {
            graph.fit(batch);
        }
        graph.setListeners(List.of());
        List<String> ranked = conflicts.report().top(3, 0);
        assertEquals(3, ranked.size());
        assertTrue(ranked.stream().noneMatch(Set.of("even", "first")::contains), ranked.toString());

        ComputationGraph split =
                new ReconTransformer.Builder(graph)
                        .layers(QUERY, FEED_FORWARD)
                        .init(ReconInit.FROM_TRAINED)
                        .build()
                        .transform();
        INDArray[] before = graph.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays());
        INDArray[] after = split.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays());
        for (int task = 0; task < 2; task++) {
            assertEquals(0, before[task].sub(after[task]).normmaxNumber().doubleValue(), 1e-5);
        }
        double loss = split.score(batch);
        for (int i = 0; i < 10; i++) {
            split.fit(batch);
        }
        assertTrue(split.score(batch) < loss);
        for (String layer : List.of(QUERY, FEED_FORWARD)) {
            assertFalse(
                    split.getParam(layer + "@even_W").equals(split.getParam(layer + "@first_W")),
                    layer);
        }
    }

    @Test
    void continualLearningSeesTheIncrementsOnly() {
        ComputationGraph adapted =
                new LoraTransformer.Builder(twoHeads())
                        .config(
                                new LoraConfig.Builder()
                                        .targets("query", "value")
                                        .rank(2)
                                        .modulesToSave("even", "first")
                                        .build())
                        .build()
                        .transform();
        ParameterSelection trained = ParameterSelection.all(adapted);
        Set<String> names =
                trained.segments().stream()
                        .map(ParameterSelection.Segment::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(2 * 2 * 2 + 4, names.size(), names.toString());
        ParameterSelection increments = ParameterSelection.matching(adapted, ".*\\.lora[AB]\\..*");
        assertEquals(2 * 2 * 2 * 8 * 2, increments.size());
        INDArray values = Nd4j.create(DataType.FLOAT, increments.size());
        increments.gather(adapted.params(), values);
        adapted.fit(batch());
        INDArray now = Nd4j.create(DataType.FLOAT, increments.size());
        increments.gather(adapted.params(), now);
        assertTrue(now.sub(values).normmaxNumber().doubleValue() > 0);
        increments.scatter(values, adapted.params());
        increments.gather(adapted.params(), now);
        assertEquals(values, now);
    }
}
