package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.core.accel.Floats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Encoders that write over activations learn what they learn with an array for each. */
class InPlaceEncoderTest {
    private static final String SUM = "bert.encoder.layer.1.output.residual";
    private static final String DENSE = "bert.encoder.layer.1.output.dense";
    private static final String NORM = "bert.encoder.layer.1.output.LayerNorm";

    private static ComputationGraph encoder(double dropout, WorkspaceMode workspaces) {
        HfConfig config =
                new BertConfig.Builder(20)
                        .hiddenSize(16)
                        .intermediateSize(24)
                        .blocks(2)
                        .heads(2)
                        .maxPositions(8)
                        .dropout(dropout)
                        .build();
        ModelOptions options =
                new ModelOptions.Builder()
                        .head(Head.SEQUENCE_CLASSIFICATION)
                        .labels(3)
                        .tokenTypes(false)
                        .seed(5)
                        .workspaces(workspaces)
                        .updater(new Adam(0.01))
                        .build();
        ComputationGraph graph = ModelFamilies.standard().init(config, options);
        // a column whose output cannot tell its normalized value, and one whose bias is large
        graph.getParam(NORM + "_g").putScalar(2, 0);
        graph.getParam(NORM + "_g").putScalar(3, 1e-3);
        graph.getParam(NORM + "_b").putScalar(3, 1);
        return graph;
    }

    private static ComputationGraph apart(ComputationGraph graph) {
        String json = graph.getConfiguration().toJson();
        String without = json.replaceAll("\"inPlace\" : true", "\"inPlace\" : false");
        assertNotEquals(json, without);
        ComputationGraph copy =
                new ComputationGraph(ComputationGraphConfiguration.fromJson(without));
        copy.init();
        copy.setParams(graph.params());
        return copy;
    }

    private static ComputationGraph lora(ComputationGraph graph, BasePlacement placement) {
        LoraConfig config =
                new LoraConfig.Builder()
                        .rank(2)
                        .targets("query", "value")
                        .modulesToSave("classifier")
                        .updater(new Adam(0.01))
                        .base(placement)
                        .build();
        return new LoraTransformer.Builder(graph).config(config).build().transform();
    }

    private static MultiDataSet data() {
        INDArray ids = Nd4j.create(4, 6);
        INDArray labels = Nd4j.zeros(4, 3);
        INDArray mask = Nd4j.ones(4, 6);
        for (int i = 0; i < 24; i++) {
            ids.putScalar(i / 6, i % 6, 1 + 7 * i % 19);
            labels.putScalar(i / 6, i / 6 % 3, 1);
        }
        mask.putScalar(1, 5, 0);
        return new MultiDataSet(
                new INDArray[] {ids},
                new INDArray[] {labels},
                new INDArray[] {mask},
                new INDArray[] {null});
    }

    private static INDArray trained(ComputationGraph graph) {
        Nd4j.getRandom().setSeed(3);
        for (int i = 0; i < 4; i++) {
            graph.fit(data());
        }
        return graph.params().dup();
    }

    private static void assertSame(ComputationGraph one, ComputationGraph other) {
        INDArray start = one.params().dup();
        assertEquals(start, other.params());
        INDArray expected = trained(other);
        INDArray actual = trained(one);
        assertTrue(expected.sub(start).amaxNumber().doubleValue() > 0.01, "something was learned");
        double difference = expected.sub(actual).amaxNumber().doubleValue();
        assertTrue(difference < 2e-5, "parameters differ by " + difference);
    }

    @ParameterizedTest
    @CsvSource({"0, ENABLED", "0.2, ENABLED", "0, NONE"})
    void trainingInFull(double dropout, WorkspaceMode workspaces) {
        ComputationGraph graph = encoder(dropout, workspaces);
        assertSame(graph, apart(graph));
    }

    @ParameterizedTest
    @EnumSource
    void trainingOfAdapters(BasePlacement placement) {
        ComputationGraph graph = encoder(0, WorkspaceMode.ENABLED);
        assertSame(lora(graph, placement), lora(apart(graph), placement));
    }

    @Test
    void arraysAreShared() {
        ComputationGraph graph = encoder(0.2, WorkspaceMode.ENABLED);
        Map<String, Long> shared = addresses(graph);
        assertEquals(shared.get(DENSE), shared.get(SUM));
        assertEquals(shared.get(SUM), shared.get(NORM));
        Map<String, Long> apart = addresses(apart(graph));
        assertNotEquals(apart.get(DENSE), apart.get(SUM));
        assertNotEquals(apart.get(SUM), apart.get(NORM));
    }

    private static Map<String, Long> addresses(ComputationGraph graph) {
        Map<String, Long> addresses = new HashMap<>();
        graph.setListeners(
                new BaseTrainingListener() {
                    @Override
                    public void onForwardPass(Model model, Map<String, INDArray> activations) {
                        activations.forEach((name, a) -> addresses.put(name, Floats.address(a)));
                    }
                });
        graph.fit(data());
        return addresses;
    }

    /** The caller owns what feedForward returns: nothing is overwritten there. */
    @Test
    void activationsOfFeedForwardAreTheirOwn() {
        ComputationGraph graph = encoder(0, WorkspaceMode.ENABLED);
        ComputationGraph apart = apart(graph);
        for (boolean training : new boolean[] {false, true}) {
            Map<String, INDArray> expected =
                    apart.feedForward(data().getFeatures(), training, true);
            graph.feedForward(data().getFeatures(), training, true)
                    .forEach(
                            (name, a) ->
                                    assertTrue(a.equalsWithEps(expected.get(name), 1e-6), name));
        }
    }
}
