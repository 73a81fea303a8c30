package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Named adapters on language models, and checkpoints of merged ones. */
@SuppressWarnings("try") // scopes are closed, not used
class AdaptersLanguageModelTest {
    private static INDArray ids(int rows, int length) {
        INDArray ids = Nd4j.create(rows, length);
        for (int i = 0; i < rows * length; i++) {
            ids.putScalar(i / length, i % length, 3 + 5 * i % 17);
        }
        return ids;
    }

    private static INDArray[] inputs(ComputationGraph graph) {
        return graph.getConfiguration().getNetworkInputs().stream()
                .map(name -> name.contains("type") ? Nd4j.zeros(2, 5) : ids(2, 5))
                .toArray(INDArray[]::new);
    }

    /** Adapters "one" and "two", both active. */
    private static ComputationGraph adapted(
            ComputationGraph graph, BasePlacement base, String... q) {
        ComputationGraph one =
                new LoraTransformer.Builder(graph)
                        .config(
                                new LoraConfig.Builder()
                                        .adapterName("one")
                                        .targets(q)
                                        .rank(2)
                                        .base(base)
                                        .build())
                        .build()
                        .transform();
        ComputationGraph two =
                Adapters.of(one)
                        .add(
                                new LoraConfig.Builder()
                                        .adapterName("two")
                                        .allLinear()
                                        .rank(3)
                                        .dora(true)
                                        .build());
        AdapterNets.randomize(two, 9);
        Adapters.of(two).activate("one", "two");
        return two;
    }

    @ParameterizedTest
    @CsvSource({
        "hf_llama_tiny, q_proj, lm_head, INSIDE",
        "hf_llama_tiny, q_proj, lm_head, SHARED",
        "hf_t5_tiny_relu, q, wo, INSIDE",
        "hf_bert_tiny, query, value, INSIDE"
    })
    void mergedCheckpointsAreTheAdaptedModel(
            String folder, String q, String v, BasePlacement base, @TempDir Path saved)
            throws Exception {
        HfCheckpoint checkpoint = HfCheckpoint.load(Golden.folder(folder));
        ComputationGraph graph = adapted(checkpoint.graph(), base, q, v);
        INDArray[] inputs = inputs(graph);
        INDArray original = checkpoint.graph().output(inputs)[0].dup();
        try (DisabledAdapters off = Adapters.of(graph).disable()) {
            assertEquals(original, graph.output(inputs)[0]);
        }
        ComputationGraph merged = LoraMerge.merge(graph);
        MergeReport report = MergeReport.compare(graph, merged, inputs).requireAtMost(2e-4);
        assertEquals(graph.getNumOutputArrays(), report.outputs().size());
        assertTrue(AdapterNets.difference(original, merged.output(inputs)[0]) > 1e-2);
        checkpoint.withGraph(merged).save(saved);
        ComputationGraph loaded = HfCheckpoint.load(saved).graph();
        assertEquals(merged.output(inputs)[0], loaded.output(inputs)[0]);
        assertFalse(loaded.getConfiguration().toJson().contains("align.lora"));
    }

    @Test
    void decodingFollowsTheSwitches() throws Exception {
        ComputationGraph base = HfCheckpoint.load(Golden.folder("hf_llama_tiny")).graph();
        ComputationGraph graph = adapted(base, BasePlacement.INSIDE, "q_proj", "v_proj");
        INDArray ids = ids(2, 5);
        INDArray on = new IncrementalDecoder(graph).prefill(ids, null).dup();
        try (DisabledAdapters off = Adapters.of(graph).disable()) {
            assertEquals(
                    new IncrementalDecoder(base).prefill(ids, null),
                    new IncrementalDecoder(graph).prefill(ids, null));
        }
        assertEquals(on, new IncrementalDecoder(graph).prefill(ids, null));
        try (MergedInPlace merged = LoraMerge.mergeInPlace(graph)) {
            INDArray fast = new IncrementalDecoder(graph).prefill(ids, null);
            assertTrue(AdapterNets.difference(on, fast) < 2e-4);
        }
        assertEquals(on, new IncrementalDecoder(graph).prefill(ids, null));
    }
}
