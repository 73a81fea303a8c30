package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.util.Map;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Numbers of a tiny T5 with ReLU and tied embeddings. */
class T5GoldenTest {

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 2e-4"})
    void encoderDecoderAndLogits(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("t5_tiny_relu", type);
        INDArray mask = model.array("train.mask");
        Map<String, INDArray> all = model.activations(inputs(model), mask, null);
        GoldenModel.assertCloseWhere(
                mask,
                model.golden.array("train.encoder_out"),
                all.get("encoder.final_layer_norm"),
                tolerance,
                "encoder");
        INDArray decoded = model.golden.array("train.decoder_out");
        INDArray logits = model.golden.array("train.logits");
        GoldenModel.assertClose(decoded, all.get("decoder.final_layer_norm"), tolerance, "decoder");
        GoldenModel.assertClose(logits, all.get("logits"), tolerance, "logits");
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 2e-4"})
    void lossAndEveryGradient(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("t5_tiny_relu", type);
        model.checkTraining(
                inputs(model),
                new INDArray[] {model.array("train.mask"), null},
                new INDArray[] {model.array("train.labels")},
                tolerance);
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-9", "FLOAT, 2e-4"})
    void greedyContinuation(DataType type, double tolerance) throws IOException {
        GoldenModel model = GoldenModel.open("t5_tiny_relu", type);
        IncrementalDecoder decoder = new IncrementalDecoder(model.graph);
        decoder.context("input_ids", model.array("train.ids"), model.array("train.mask"));
        INDArray first = decoder.prefill(Nd4j.zeros(type, 3, 1), null);
        model.checkGreedy(decoder, first, tolerance);
    }

    @Test
    void distancesBeyondTheLastBucket() throws IOException {
        ModelOptions options =
                new ModelOptions.Builder().dataType(DataType.DOUBLE).head(Head.ENCODER).build();
        GoldenModel model = GoldenModel.open("t5_tiny_relu", options);
        INDArray encoded = model.graph.outputSingle(model.array("long.ids"));
        GoldenModel.assertClose(model.golden.array("long.encoder_out"), encoded, 1e-9, "encoder");
    }

    private static INDArray[] inputs(GoldenModel model) {
        return new INDArray[] {model.array("train.ids"), model.array("train.decoder_ids")};
    }
}
