package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A real sentence encoder against ONNX Runtime, which shares no code with ours. */
class MiniLmTest {
    private static final List<String> SENTENCES =
            List.of(
                    "The cat sat on the mat.",
                    "A kitten was lying on a rug.",
                    "The stock market fell by three percent on Monday, its worst day since March.",
                    "Shares dropped sharply at the beginning of the week.",
                    "How do I reset my password?",
                    "I forgot my login credentials and need a new one; whom should I ask about it?",
                    "Yes.",
                    "Photosynthesis turns light, water and carbon dioxide into sugar — and oxygen.");

    private static HfCheckpoint model;
    private static TokenBatch batch;

    @BeforeAll
    static void load() throws IOException {
        ModelOptions options =
                new ModelOptions.Builder().head(Head.ENCODER).pooling(Pooling.MEAN).build();
        try (InputStream onnx = MiniLm.model()) {
            model = HfCheckpoint.fromOnnx(onnx, MiniLm.config(), MiniLm.tokenizer(), options);
        }
        batch = model.tokenizer().batch(SENTENCES, EncodingOptions.defaults());
    }

    @Test
    void embeddingsEqualThoseOfOnnxRuntime() throws IOException, OrtException {
        INDArray embeddings = embed(model.graph(), batch);
        INDArray expected = normalized(runtime());
        double difference = expected.sub(embeddings).amaxNumber().doubleValue();
        assertTrue(difference < 1e-4, "largest difference " + difference);
        // Not only close to each other, but of use: pairs of sentences mean the same.
        INDArray similarity = embeddings.mmul(embeddings.transpose());
        for (int i = 0; i < 6; i++) {
            INDArray others = similarity.getRow(i).dup();
            others.putScalar(i, -1);
            assertEquals(i ^ 1, others.argMax().getInt(0), SENTENCES.get(i));
        }
    }

    @Test
    void aSentenceAloneHasTheEmbeddingItHasInABatch() {
        INDArray together = embed(model.graph(), batch);
        for (int i : new int[] {0, 6}) {
            TokenBatch alone =
                    model.tokenizer()
                            .batch(SENTENCES.subList(i, i + 1), EncodingOptions.defaults());
            INDArray difference = embed(model.graph(), alone).sub(together.getRow(i, true));
            assertTrue(difference.amaxNumber().doubleValue() < 1e-5, SENTENCES.get(i));
        }
    }

    @Test
    void becomesAnOrdinaryCheckpoint(@TempDir Path folder) throws IOException {
        model.save(folder);
        HfCheckpoint again =
                HfCheckpoint.load(
                        folder,
                        new ModelOptions.Builder()
                                .head(Head.ENCODER)
                                .pooling(Pooling.MEAN)
                                .build());
        assertEquals(model.graph().params(), again.graph().params());
        assertEquals(
                batch.ids(), again.tokenizer().batch(SENTENCES, EncodingOptions.defaults()).ids());
    }

    private static INDArray embed(ComputationGraph graph, TokenBatch batch) {
        INDArray[] inputs = {batch.ids(), batch.types()};
        INDArray[] masks = {batch.mask(), batch.mask()};
        return normalized(graph.output(false, inputs, masks)[0]);
    }

    private static INDArray normalized(INDArray vectors) {
        return vectors.divColumnVector(vectors.norm2(true, 1));
    }

    /** Means of ONNX Runtime's last hidden states over the tokens of each sentence. */
    private static INDArray runtime() throws IOException, OrtException {
        byte[] bytes;
        try (InputStream onnx = MiniLm.model()) {
            bytes = onnx.readAllBytes();
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(bytes);
                OnnxTensor ids = OnnxTensor.createTensor(environment, longs(batch.ids()));
                OnnxTensor mask = OnnxTensor.createTensor(environment, longs(batch.mask()));
                OnnxTensor types = OnnxTensor.createTensor(environment, longs(batch.types()));
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids", ids,
                                        "attention_mask", mask,
                                        "token_type_ids", types))) {
            INDArray hidden = Nd4j.createFromArray((float[][][]) result.get(0).getValue());
            INDArray weights = batch.mask().castTo(DataType.FLOAT);
            INDArray spread = weights.reshape(weights.size(0), weights.size(1), 1);
            return hidden.mul(spread).sum(1).divColumnVector(weights.sum(true, 1));
        }
    }

    private static long[][] longs(INDArray array) {
        return array.castTo(DataType.INT64).toLongMatrix();
    }
}
