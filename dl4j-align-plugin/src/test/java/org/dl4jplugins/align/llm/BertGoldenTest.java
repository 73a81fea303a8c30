package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Numbers of a tiny BERT with both pre-training heads. */
class BertGoldenTest {

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 1e-4"})
    void hiddenStatesAndHeads(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("bert_tiny", type);
        INDArray mask = model.array("train.mask");
        Map<String, INDArray> all = model.activations(inputs(model), mask, mask);
        Map<String, String> keys =
                Map.of(
                        "bert.embeddings.LayerNorm", "train.hidden0",
                        "bert.encoder.layer.0.output.LayerNorm", "train.hidden1",
                        "bert.encoder.layer.1.output.LayerNorm", "train.hidden2",
                        "logits", "train.mlm_logits");
        keys.forEach(
                (name, key) ->
                        GoldenModel.assertCloseWhere(
                                mask, model.golden.array(key), all.get(name), tolerance, name));
        INDArray pooled = model.golden.array("train.pooled");
        GoldenModel.assertClose(pooled, all.get("bert.pooler.dense"), tolerance, "pooled");
        INDArray nsp = model.golden.array("train.nsp_logits");
        GoldenModel.assertClose(nsp, all.get("cls.seq_relationship"), tolerance, "nsp");
        GoldenModel.assertClose(Transforms.softmax(nsp), all.get("nsp"), tolerance, "nsp softmax");
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 1e-4"})
    void lossAndEveryGradient(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("bert_tiny", type);
        INDArray mask = model.array("train.mask");
        INDArray next = Nd4j.zeros(type, 3, 2);
        for (int b = 0; b < 3; b++) {
            next.putScalar(b, (long) model.golden.array("train.nsp_labels").getDouble(b), 1);
        }
        model.checkTraining(
                inputs(model),
                new INDArray[] {mask, mask},
                new INDArray[] {model.array("train.mlm_labels"), next},
                tolerance);
    }

    /** The mask of the text is enough. */
    @ParameterizedTest
    @CsvSource({"MEAN, train.mean_pooled", "POOLER, train.pooled"})
    void sentenceVectors(Pooling pooling, String key) throws IOException {
        ModelOptions options =
                new ModelOptions.Builder()
                        .dataType(DataType.DOUBLE)
                        .head(Head.ENCODER)
                        .pooling(pooling)
                        .build();
        GoldenModel model = GoldenModel.open("bert_tiny", options);
        INDArray[] masks = {model.array("train.mask"), null};
        INDArray pooled = model.graph.output(false, inputs(model), masks)[0];
        GoldenModel.assertClose(model.golden.array(key), pooled, 1e-9, key);
    }

    private static INDArray[] inputs(GoldenModel model) {
        return new INDArray[] {model.array("train.ids"), model.array("train.types")};
    }
}
