package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What contradicts itself is refused with the key, its value and the right values. */
class BadConfigTest {

    private static void refused(HfConfig config, String... parts) {
        refused(config, ModelOptions.defaults(), parts);
    }

    private static void refused(HfConfig config, ModelOptions options, String... parts) {
        ModelFamily family = ModelFamilies.standard().of(config);
        refused(() -> family.configuration(config, options), parts);
    }

    private static void refused(Executable action, String... parts) {
        Exception e = assertThrows(RuntimeException.class, action);
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
        }
    }

    @Test
    void headsThatDoNotDivide() {
        refused(
                TinyConfigs.llama().with("num_attention_heads", 3),
                "num_attention_heads in config is 3",
                "hidden_size 8");
        refused(
                TinyConfigs.llama().with("num_key_value_heads", 3),
                "num_key_value_heads in config is 3",
                "num_attention_heads 4");
        refused(TinyConfigs.bert().with("num_attention_heads", 3), "is 3", "hidden_size 8");
        refused(TinyConfigs.llama().with("head_dim", 3), "head_dim in config is 3", "even");
    }

    @Test
    void unknownActivationListsTheKnownOnes() {
        refused(
                TinyConfigs.llama().with("hidden_act", "sillu"),
                "hidden_act in config is \"sillu\"",
                "gelu_new",
                "silu");
        refused(TinyConfigs.bert().with("hidden_act", "mish?"), "hidden_act", "mish?");
        refused(TinyConfigs.t5().with("feed_forward_proj", "gated-x"), "feed_forward_proj", "relu");
    }

    @Test
    void missingAndImpossibleValues() {
        refused(TinyConfigs.llama().without("hidden_size"), "hidden_size", "absent");
        refused(TinyConfigs.t5().with("num_layers", 0), "num_layers in config is 0", "from 1 to");
        refused(
                TinyConfigs.llama().with("num_hidden_layers", 2_000_000),
                "num_hidden_layers in config is 2000000",
                "from 1 to 10000");
        refused(TinyConfigs.bert().with("pad_token_id", 11), "pad_token_id", "vocab_size 11");
        refused(TinyConfigs.t5().with("dropout_rate", 1), "dropout_rate", "below 1");
        refused(TinyConfigs.llama().with("rms_norm_eps", 0), "rms_norm_eps", "above 0");
        refused(
                TinyConfigs.bert().with("position_embedding_type", "relative_key"),
                "position_embedding_type",
                "absolute");
        refused(TinyConfigs.bert().with("is_decoder", true), "is_decoder", "false");
        refused(
                TinyConfigs.llama().with("rope_scaling", Map.of("type", "yarn", "factor", 2)),
                "rope_type",
                "config in rope_scaling",
                "yarn",
                "llama3");
    }

    @Test
    void headsAndPoolingsThatAFamilyDoesNotHave() {
        refused(TinyConfigs.llama(), head(Head.PRE_TRAINING).build(), "PRE_TRAINING", "llama");
        refused(
                TinyConfigs.llama(),
                head(Head.SEQUENCE_CLASSIFICATION).pooling(Pooling.POOLER).build(),
                "POOLER",
                "LAST");
        refused(
                TinyConfigs.bert(),
                head(Head.SEQUENCE_CLASSIFICATION).pooling(Pooling.NONE).build(),
                "pooling",
                "NONE");
        refused(
                TinyConfigs.bert().with("id2label", Map.of("0", "only")),
                head(Head.SEQUENCE_CLASSIFICATION).build(),
                "labels",
                "at least 2");
        refused(TinyConfigs.bert(), new ModelOptions.Builder().maxLength(4).build(), "maxLength");
    }

    private static ModelOptions.Builder head(Head head) {
        return new ModelOptions.Builder().head(head);
    }

    @Test
    void sequencesBeyondTheMaximum() {
        ComputationGraph llama =
                ModelFamilies.standard().init(TinyConfigs.llama(), ModelOptions.defaults());
        llama.output(Nd4j.ones(DataType.FLOAT, 1, 16));
        refused(
                () -> llama.output(Nd4j.ones(DataType.FLOAT, 1, 17)),
                "17 tokens",
                "at most 16",
                "max_position_embeddings");
        INDArray mask = Nd4j.ones(DataType.FLOAT, 1, 17).putScalar(0, 16, 0);
        INDArray[] padded = {Nd4j.ones(DataType.FLOAT, 1, 17)};
        llama.output(false, padded, new INDArray[] {mask});

        ComputationGraph shorter =
                ModelFamilies.standard()
                        .init(TinyConfigs.llama(), new ModelOptions.Builder().maxLength(3).build());
        IncrementalDecoder decoder = new IncrementalDecoder(shorter);
        decoder.prefill(Nd4j.ones(DataType.FLOAT, 1, 2), null);
        decoder.step(Nd4j.ones(DataType.FLOAT, 1));
        refused(() -> decoder.step(Nd4j.ones(DataType.FLOAT, 1)), "4 tokens", "at most 3");

        ComputationGraph bert =
                ModelFamilies.standard()
                        .init(
                                TinyConfigs.bert(),
                                new ModelOptions.Builder().tokenTypes(false).build());
        bert.output(Nd4j.ones(DataType.FLOAT, 1, 6));
        refused(
                () -> bert.output(Nd4j.ones(DataType.FLOAT, 1, 7)),
                "embeddings.position_embeddings",
                "6");
    }

    @Test
    void options() {
        refused(() -> new ModelOptions.Builder().seed(0), "seed is 0");
        refused(
                () -> new ModelOptions.Builder().dataType(DataType.BFLOAT16),
                "dataType",
                "BFLOAT16");
        refused(() -> new ModelOptions.Builder().labels(1), "labels is 1", "at least 2");
        refused(() -> new LlamaConfig.Builder(0), "vocab_size is 0");
        refused(() -> new LlamaConfig.Builder(5).heads(3).build(), "num_attention_heads");
    }
}
