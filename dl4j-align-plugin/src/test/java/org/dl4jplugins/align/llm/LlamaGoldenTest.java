package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.util.Map;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Numbers of a tiny LLaMA, computed in double precision by an independent implementation. */
class LlamaGoldenTest {

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 1e-4"})
    void logitsAndHiddenStates(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("llama_tiny", type);
        INDArray mask = model.array("train.mask");
        Map<String, INDArray> all =
                model.activations(new INDArray[] {model.array("train.ids")}, mask);
        String[] names = {"model.embed_tokens", "model.layers.0", "model.norm", "logits"};
        String[] keys = {"train.hidden0", "train.hidden1", "train.hidden2", "train.logits"};
        for (int i = 0; i < names.length; i++) {
            INDArray expected = model.golden.array(keys[i]);
            // the file has zeros at padding except for the embeddings
            INDArray kept = i == 0 ? mask.mul(0).add(1) : mask;
            GoldenModel.assertCloseWhere(kept, expected, all.get(names[i]), tolerance, names[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 1e-4"})
    void lossAndEveryGradient(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("llama_tiny", type);
        model.checkTraining(
                new INDArray[] {model.array("train.ids")},
                new INDArray[] {model.array("train.mask")},
                new INDArray[] {GoldenModel.shifted(model.array("train.labels"))},
                tolerance);
    }

    /** Prompts of different lengths, padded on the left. */
    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 1e-4"})
    void greedyContinuation(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("llama_tiny", type);
        IncrementalDecoder decoder = new IncrementalDecoder(model.graph);
        INDArray first = decoder.prefill(model.array("gen.prompt"), model.array("gen.mask"));
        model.checkGreedy(decoder, first, tolerance);
    }
}
