package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Checkpoints that name their tensors in other ways, lack some or contradict the configuration. */
class CheckpointMatchTest {
    private static final ModelFamilies FAMILIES = ModelFamilies.standard();

    private static WeightMap map(HfConfig config, ModelOptions options) {
        return FAMILIES.of(config).weights(config, options);
    }

    private static ModelOptions head(Head head) {
        return new ModelOptions.Builder().head(head).build();
    }

    /** A checkpoint with random weights and other names. */
    private static MemoryTensors checkpoint(
            HfConfig config, ModelOptions options, UnaryOperator<String> rename) {
        MemoryTensors tensors = new MemoryTensors();
        for (WeightBinding binding : map(config, options).bindings()) {
            tensors.put(rename.apply(binding.tensor()), Nd4j.rand(DataType.FLOAT, binding.shape()));
        }
        return tensors;
    }

    private static ComputationGraph load(HfConfig config, ModelOptions options, MemoryTensors t)
            throws IOException {
        return CheckpointMatch.of(map(config, options), t, "folder")
                .load(FAMILIES.of(config).configuration(config, options));
    }

    @Test
    void weightsArriveInEveryFamily() throws IOException {
        for (HfConfig config : List.of(TinyConfigs.llama(), TinyConfigs.t5(), TinyConfigs.bert())) {
            ModelOptions options = head(Head.LANGUAGE_MODEL);
            MemoryTensors tensors = checkpoint(config, options, n -> n);
            CheckpointMatch match = CheckpointMatch.of(map(config, options), tensors, "folder");
            ComputationGraph graph = match.load(FAMILIES.of(config).configuration(config, options));
            Map<String, INDArray> saved = match.tensors(map(config, options), graph);
            assertEquals(tensors.tensors, saved);
            assertEquals(List.of(), match.unused());
            assertEquals(List.of(), match.initialized());
        }
    }

    @Test
    void namesFollowFromVertices() {
        WeightMap llama = map(TinyConfigs.llama(), head(Head.LANGUAGE_MODEL));
        WeightBinding q = llama.binding("model.layers.1.self_attn.q_proj", "W");
        assertEquals("model.layers.1.self_attn.q_proj.weight", q.tensor());
        assertSame(q, llama.ofTensor("model.layers.1.self_attn.q_proj.weight").orElseThrow());
        assertTrue(llama.ofTensor("model.layers.2.self_attn.q_proj.weight").isEmpty());
        assertThrows(IllegalArgumentException.class, () -> llama.binding("lm_head", "b"));
        WeightMap bare = map(TinyConfigs.llama(), head(Head.NONE));
        assertEquals("norm.weight", bare.binding("norm", "g").tensor());
        WeightMap bert = map(TinyConfigs.bert(), head(Head.LANGUAGE_MODEL));
        assertEquals("cls.predictions.bias", bert.binding("cls.predictions", "b").tensor());
    }

    @Test
    void oneTensorForTwoParametersIsRefused() {
        WeightBinding a = new WeightBinding("a", "W", "x", new long[] {2}, false, List.of(), true);
        WeightBinding b =
                new WeightBinding("b", "W", "y", new long[] {2}, false, List.of("x"), true);
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> new WeightMap(List.of(a, b)));
        assertEquals("tensor x is claimed by layers a and b, must belong to one", e.getMessage());
    }

    @Test
    void withAndWithoutThePrefixOfTheBaseModel() throws IOException {
        HfConfig config = TinyConfigs.bert();
        ModelOptions encoder = head(Head.ENCODER);
        MemoryTensors prefixed = checkpoint(config, encoder, n -> "bert." + n);
        ComputationGraph graph = load(config, encoder, prefixed);
        assertEquals(
                prefixed.tensors.get("bert.embeddings.word_embeddings.weight"),
                graph.getLayer("embeddings.word_embeddings").getParam("W"));

        ModelOptions classifier = head(Head.SEQUENCE_CLASSIFICATION);
        MemoryTensors bare = checkpoint(config, classifier, n -> n.replaceFirst("^bert\\.", ""));
        CheckpointMatch match = CheckpointMatch.of(map(config, classifier), bare, "folder");
        assertEquals(List.of(), match.initialized());
        ComputationGraph loaded = match.load(FAMILIES.of(config).configuration(config, classifier));
        assertEquals(
                bare.tensors.get("encoder.layer.0.output.dense.weight"),
                loaded.getLayer("bert.encoder.layer.0.output.dense").getParam("W").transpose());
        assertEquals(
                bare.tensors.keySet(),
                match.tensors(map(config, classifier), loaded).keySet(),
                "saved under the names it had");
    }

    @Test
    void oldSpellingOfNormalization() throws IOException {
        HfConfig config = TinyConfigs.bert();
        MemoryTensors old =
                checkpoint(
                        config,
                        head(Head.ENCODER),
                        n ->
                                "bert."
                                        + n.replace("LayerNorm.weight", "LayerNorm.gamma")
                                                .replace("LayerNorm.bias", "LayerNorm.beta"));
        ComputationGraph graph = load(config, head(Head.ENCODER), old);
        INDArray beta = graph.getLayer("embeddings.LayerNorm").getParam("b");
        assertEquals(old.tensors.get("bert.embeddings.LayerNorm.beta"), beta.reshape(8));
    }

    @Test
    void tiedWeightsUnderEitherName() throws IOException {
        HfConfig config = TinyConfigs.llama().with("tie_word_embeddings", true);
        ModelOptions options = head(Head.LANGUAGE_MODEL);
        MemoryTensors onlyHead =
                checkpoint(
                        config,
                        options,
                        n -> n.equals("model.embed_tokens.weight") ? "lm_head.weight" : n);
        ComputationGraph graph = load(config, options, onlyHead);
        assertEquals(
                onlyHead.tensors.get("lm_head.weight"),
                graph.getLayer("model.embed_tokens").getParam("W"));

        onlyHead.tensors.remove("lm_head.weight");
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> load(config, options, onlyHead));
        assertTrue(
                e.getMessage().contains("model.embed_tokens.weight [11, 8] is missing"),
                e::getMessage);
        assertTrue(e.getMessage().contains("lm_head.weight"), e::getMessage);

        HfConfig untied = TinyConfigs.llama();
        MemoryTensors without = checkpoint(config, options, n -> n);
        Exception missing =
                assertThrows(IllegalArgumentException.class, () -> load(untied, options, without));
        assertTrue(missing.getMessage().contains("lm_head.weight [11, 8] is missing"));
    }

    @Test
    void everyContradictionIsNamed() {
        HfConfig config = TinyConfigs.llama();
        ModelOptions options = head(Head.LANGUAGE_MODEL);
        MemoryTensors tensors = checkpoint(config, options, n -> n);
        tensors.put("model.norm.weight", Nd4j.ones(9));
        tensors.put("lm_head.weight", Nd4j.ones(8, 11));
        tensors.tensors.remove("model.layers.0.mlp.up_proj.weight");
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> load(config, options, tensors));
        for (String part :
                List.of(
                        "folder",
                        "model.norm.weight has shape [9], the configuration gives [8]",
                        "lm_head.weight has shape [8, 11], the configuration gives [11, 8]",
                        "model.layers.0.mlp.up_proj.weight [12, 8] is missing",
                        "config.json")) {
            assertTrue(e.getMessage().contains(part), part + " in " + e.getMessage());
        }
    }

    @Test
    void newHeadIsDrawnAndTheOldOneIsLeftOver() throws IOException {
        HfConfig config = TinyConfigs.bert();
        MemoryTensors tensors = checkpoint(config, head(Head.LANGUAGE_MODEL), n -> n);
        tensors.put("bert.embeddings.position_ids", Nd4j.arange(6).reshape(1, 6));
        ModelOptions options =
                new ModelOptions.Builder()
                        .head(Head.SEQUENCE_CLASSIFICATION)
                        .pooling(Pooling.MEAN)
                        .labels(3)
                        .build();
        CheckpointMatch match = CheckpointMatch.of(map(config, options), tensors, "folder");
        assertEquals(List.of("classifier.weight", "classifier.bias"), match.initialized());
        assertEquals(
                Set.of(
                        "cls.predictions.bias",
                        "cls.predictions.transform.dense.weight",
                        "cls.predictions.transform.dense.bias",
                        "cls.predictions.transform.LayerNorm.weight",
                        "cls.predictions.transform.LayerNorm.bias"),
                Set.copyOf(match.unused()));
        ComputationGraph graph = match.load(FAMILIES.of(config).configuration(config, options));
        double spread = graph.getLayer("classifier").getParam("W").stdNumber().doubleValue();
        assertTrue(spread > 0.005 && spread < 0.05, "drawn, not zero: " + spread);
        assertEquals(
                tensors.tensors.get("bert.encoder.layer.1.output.dense.weight"),
                graph.getLayer("bert.encoder.layer.1.output.dense").getParam("W").transpose());
    }

    @Test
    void oneWeightAtATime() throws IOException {
        HfConfig config = TinyConfigs.llama();
        ModelOptions options = head(Head.LANGUAGE_MODEL);
        MemoryTensors tensors = checkpoint(config, options, n -> n);
        CheckpointMatch match = CheckpointMatch.of(map(config, options), tensors, "folder");
        CheckpointWeights weights = new CheckpointWeights(match, DataType.FLOAT);
        ComputationGraph graph = load(config, options, tensors);
        for (WeightBinding binding : map(config, options).bindings()) {
            INDArray expected = graph.getLayer(binding.layer()).getParam(binding.parameter());
            INDArray read = weights.weights(binding.layer(), binding.parameter());
            assertEquals(expected, read.reshape(expected.shape()), binding.tensor());
            assertEquals(
                    expected.rank() == 2 ? expected.ordering() : read.ordering(), read.ordering());
        }
        assertNull(weights.weights("lm_head", "b"));
    }
}
