package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Language models of every family with increments; the tied ones among them. */
class LoraLanguageModelTest {
    private static ComputationGraph model(String folder) throws IOException {
        return HfCheckpoint.load(Golden.folder(folder)).graph();
    }

    private static ComputationGraph adapted(
            ComputationGraph graph, BasePlacement placement, String... targets) {
        return new LoraTransformer.Builder(graph)
                .config(
                        new LoraConfig.Builder()
                                .targets(targets)
                                .rank(2)
                                .base(placement)
                                .updater(new Adam(0.01))
                                .build())
                .build()
                .transform();
    }

    private static INDArray ids(int rows, int length) {
        INDArray ids = Nd4j.create(rows, length);
        for (int i = 0; i < rows * length; i++) {
            ids.putScalar(i / length, i % length, 3 + 5 * i % 17);
        }
        return ids;
    }

    private static INDArray[] inputs(ComputationGraph graph) {
        int n = graph.getNumInputArrays();
        INDArray[] inputs = new INDArray[n];
        for (int i = 0; i < n; i++) {
            boolean types = graph.getConfiguration().getNetworkInputs().get(i).contains("type");
            inputs[i] = types ? Nd4j.zeros(2, 5) : ids(2, 5);
        }
        return inputs;
    }

    @ParameterizedTest
    @CsvSource({
        "hf_llama_tiny, q_proj, v_proj",
        "hf_t5_tiny_relu, q, v",
        "hf_bert_tiny, query, value"
    })
    void everyFamilyLearnsAndItsBaseStays(String folder, String q, String v) throws IOException {
        for (BasePlacement placement : BasePlacement.values()) {
            ComputationGraph graph = model(folder);
            ComputationGraph lora = adapted(graph, placement, q, v);
            INDArray[] inputs = inputs(graph);
            INDArray before = graph.output(inputs)[0].dup();
            assertEquals(before, lora.output(inputs)[0]);
            INDArray[] labels = new INDArray[graph.getNumOutputArrays()];
            java.util.Arrays.fill(labels, ids(2, 5));
            if (labels.length > 1) { // BERT's next-sentence label
                labels[1] = Nd4j.eye(2);
            }
            MultiDataSet batch = new MultiDataSet(inputs, labels);
            lora.addListeners(new SilentAdapters());
            double first = lora.score(batch);
            INDArray params = graph.params().dup();
            for (int i = 0; i < 8; i++) {
                lora.fit(batch);
            }
            assertTrue(lora.score(batch) < first, folder);
            assertEquals(params, graph.params());
            for (Map.Entry<String, INDArray> p : graph.paramTable().entrySet()) {
                int cut = p.getKey().lastIndexOf('_');
                LoraRuntime layer = (LoraRuntime) lora.getLayer(p.getKey().substring(0, cut));
                assertEquals(p.getValue(), layer.base(p.getKey().substring(cut + 1)), p.getKey());
            }
        }
    }

    @Test
    void decodesStepByStepWithIncrements() throws IOException {
        ComputationGraph lora =
                adapted(
                        model("hf_llama_tiny"),
                        BasePlacement.SHARED,
                        "q_proj",
                        "k_proj",
                        "lm_head");
        INDArray ids = ids(2, 5);
        MultiDataSet batch = new MultiDataSet(ids, ids(2, 5));
        for (int i = 0; i < 3; i++) {
            lora.fit(batch);
        }
        lora.clear();
        lora.setLabels((INDArray[]) null);
        INDArray full = lora.outputSingle(ids).dup();
        IncrementalDecoder decoder = new IncrementalDecoder(lora);
        INDArray step = decoder.prefill(ids.getColumns(0, 1, 2), null).dup();
        near(step, full, 2);
        for (int t = 3; t < 5; t++) {
            near(decoder.step(ids.getColumn(t).dup()), full, t);
        }
    }

    private static void near(INDArray step, INDArray full, int time) {
        for (int row = 0; row < 2; row++) {
            INDArray expected = full.slice(row).slice(time);
            assertEquals(0, expected.sub(step.slice(row)).normmaxNumber().doubleValue(), 1e-5);
        }
    }
}
