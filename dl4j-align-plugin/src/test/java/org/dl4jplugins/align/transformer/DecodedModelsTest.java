package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Greedy continuations of reference models, token by token. */
class DecodedModelsTest {

    private static ComputationGraph model(String folder) throws IOException {
        return HfCheckpoint.load(Golden.folder(folder)).graph();
    }

    @Test
    void llamaContinuesLeftPaddedPrompts() throws IOException {
        Golden golden = Golden.load("llama_tiny");
        IncrementalDecoder decoder = new IncrementalDecoder(model("hf_llama_tiny"));
        INDArray logits = decoder.prefill(golden.array("gen.prompt"), golden.array("gen.mask"));
        follow(decoder, golden, logits);
    }

    @Test
    void t5DecodesFromAnEncoderThatRunsOnce() throws IOException {
        Golden golden = Golden.load("t5_tiny_relu");
        IncrementalDecoder decoder = new IncrementalDecoder(model("hf_t5_tiny_relu"));
        decoder.context("input_ids", golden.array("train.ids"), golden.array("train.mask"));
        long batch = golden.array("train.ids").size(0);
        INDArray start = Nd4j.zeros(DataType.DOUBLE, batch, 1);
        follow(decoder, golden, decoder.prefill(start, null));
    }

    private static void follow(IncrementalDecoder decoder, Golden golden, INDArray logits) {
        INDArray tokens = golden.array("gen.tokens");
        INDArray expected = golden.array("gen.step_logits");
        for (int step = 0; step < tokens.size(1); step++) {
            INDArray reference =
                    expected.get(NDArrayIndex.point(step), NDArrayIndex.all(), NDArrayIndex.all());
            INDArray difference = reference.sub(logits.castTo(DataType.DOUBLE));
            assertTrue(difference.amaxNumber().doubleValue() < 2e-4, "step " + step);
            INDArray next = logits.argMax(1);
            for (int b = 0; b < tokens.size(0); b++) {
                assertEquals(tokens.getDouble(b, step), next.getDouble(b), "row " + b);
            }
            logits = decoder.step(next);
        }
    }
}
