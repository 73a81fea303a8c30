package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What graphs end with, and what their vertices are called. */
class HeadsTest {
    private static final INDArray TYPES = Nd4j.zeros(DataType.FLOAT, 2, 4);

    private static ComputationGraph graph(HfConfig config, ModelOptions.Builder options) {
        return ModelFamilies.standard().init(config, options.build());
    }

    private static ModelOptions.Builder head(Head head) {
        return new ModelOptions.Builder().head(head);
    }

    @ParameterizedTest
    @CsvSource({
        "LlamaForCausalLM, LANGUAGE_MODEL",
        "LlamaModel, NONE",
        "LlamaForSequenceClassification, SEQUENCE_CLASSIFICATION",
        "T5ForConditionalGeneration, LANGUAGE_MODEL",
        "T5EncoderModel, ENCODER",
        "BertForPreTraining, PRE_TRAINING",
        "BertForMaskedLM, LANGUAGE_MODEL",
        "BertLMHeadModel, LANGUAGE_MODEL",
        "BertModel, NONE"
    })
    void headOfTheModelClass(String architecture, Head head) {
        HfConfig config = HfConfig.of(Map.of("architectures", List.of(architecture)));
        assertEquals(head, Heads.byArchitecture(config, null));
    }

    @Test
    void headOfTheFamilyWhereNoClassIsNamed() {
        HfConfig none = HfConfig.of(Map.of());
        assertNull(Heads.byArchitecture(none, null));
        assertEquals(Head.LANGUAGE_MODEL, new LlamaFamily().defaultHead(none));
        assertEquals(Head.ENCODER, new BertFamily().defaultHead(none));
    }

    @Test
    void encodersHaveNoPrefixAndGiveHiddenStates() {
        ComputationGraph bert = graph(TinyConfigs.bert(), head(Head.ENCODER));
        assertEquals(
                List.of("encoder.layer.1.output.LayerNorm"),
                bert.getConfiguration().getNetworkOutputs());
        assertArrayEquals(new long[] {2, 4, 8}, bert.outputSingle(TinyConfigs.IDS, TYPES).shape());
        ComputationGraph llama = graph(TinyConfigs.llama(), head(Head.NONE));
        assertEquals(List.of("norm"), llama.getConfiguration().getNetworkOutputs());
        ComputationGraph encoder = graph(TinyConfigs.t5(), head(Head.ENCODER));
        assertEquals(List.of("input_ids"), encoder.getConfiguration().getNetworkInputs());
        ComputationGraph both = graph(TinyConfigs.t5(), head(Head.NONE));
        assertEquals(2, both.getNumInputArrays());
        assertArrayEquals(
                new long[] {2, 4, 8}, both.outputSingle(TinyConfigs.IDS, TinyConfigs.NEXT).shape());
    }

    @Test
    void classifiersPoolAsTheirClassesDo() {
        INDArray[] masks = {TinyConfigs.MASK};
        INDArray[] ids = {TinyConfigs.IDS};
        ComputationGraph llama =
                graph(TinyConfigs.llama(), head(Head.SEQUENCE_CLASSIFICATION).labels(5));
        INDArray classes = llama.output(false, ids, masks)[0];
        assertArrayEquals(new long[] {2, 5}, classes.shape());
        assertEquals(2, classes.sumNumber().doubleValue(), 1e-5);
        llama.setLayerMaskArrays(masks, null);
        Map<String, INDArray> all = llama.feedForward(ids, false);
        INDArray last =
                all.get("model.norm")
                        .get(NDArrayIndex.point(1), NDArrayIndex.point(2), NDArrayIndex.all());
        assertEquals(last, all.get("pooled").getRow(1), "the last token that is no padding");

        HfConfig three = TinyConfigs.bert().with("id2label", Map.of("0", "a", "1", "b", "2", "c"));
        ComputationGraph bert = graph(three, head(Head.SEQUENCE_CLASSIFICATION));
        assertArrayEquals(new long[] {2, 3}, bert.outputSingle(TinyConfigs.IDS, TYPES).shape());
        assertTrue(bert.getVertex("bert.pooler.dense") != null);
    }

    @Test
    void tokenTypesMayBeLeftOut() {
        ComputationGraph with = graph(TinyConfigs.bert(), head(Head.ENCODER));
        ComputationGraph without = graph(TinyConfigs.bert(), head(Head.ENCODER).tokenTypes(false));
        without.setParams(with.params());
        INDArray[] masks = {TinyConfigs.MASK, null};
        INDArray[] ids = {TinyConfigs.IDS};
        INDArray a = with.output(false, new INDArray[] {TinyConfigs.IDS, TYPES}, masks)[0];
        INDArray b = without.output(false, ids, new INDArray[] {TinyConfigs.MASK})[0];
        INDArray real = TinyConfigs.MASK.reshape(2, 4, 1);
        assertEquals(a.mul(real), b.mul(real));
    }

    @Test
    void paddingChangesNothing() {
        INDArray[] masks = {TinyConfigs.MASK, null};
        INDArray other = TinyConfigs.IDS.dup().putScalar(1, 3, 8);
        for (HfConfig config : List.of(TinyConfigs.bert(), TinyConfigs.t5())) {
            ComputationGraph graph = graph(config, head(Head.LANGUAGE_MODEL));
            INDArray second = config.modelType().equals("bert") ? TYPES : TinyConfigs.NEXT;
            INDArray a = graph.output(false, new INDArray[] {TinyConfigs.IDS, second}, masks)[0];
            INDArray b = graph.output(false, new INDArray[] {other, second}, masks)[0];
            int real = config.modelType().equals("bert") ? 3 : 4;
            INDArray row = a.get(NDArrayIndex.point(1), NDArrayIndex.interval(0, real));
            assertEquals(row, b.get(NDArrayIndex.point(1), NDArrayIndex.interval(0, real)));
        }
    }

    @Test
    void dropoutIsUsedInTrainingUnlessSwitchedOff() {
        HfConfig config = TinyConfigs.bert().with("hidden_dropout_prob", 0.5);
        ComputationGraph on = graph(config, head(Head.ENCODER));
        ComputationGraph off = graph(config, head(Head.ENCODER).dropout(false));
        String last = "encoder.layer.1.output.LayerNorm";
        INDArray[] inputs = {TinyConfigs.IDS, TYPES};
        INDArray trained = on.feedForward(inputs, true).get(last);
        assertTrue(trained.distance2(on.output(inputs)[0]) > 0.1, "dropped");
        assertTrue(on.getVertex("embeddings.dropout") != null);
        INDArray kept = off.feedForward(inputs, true).get(last);
        assertEquals(0, kept.distance2(off.output(inputs)[0]), 1e-5);
        assertNull(off.getVertex("embeddings.dropout"));
    }
}
