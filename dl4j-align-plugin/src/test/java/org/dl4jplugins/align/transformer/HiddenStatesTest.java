package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.Head;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.T5Config;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HiddenStatesTest {
    private static final int VOCABULARY = 7;
    private static final INDArray IDS =
            Nd4j.createFromArray(new float[][] {{2, 3, 4, 5}, {0, 0, 6, 2}, {5, 1, 0, 0}});
    private static final INDArray MASK =
            Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {0, 0, 1, 1}, {1, 1, 0, 0}});

    private static ComputationGraph llama(Head head) {
        HfConfig config =
                new LlamaConfig.Builder(VOCABULARY)
                        .hiddenSize(8)
                        .intermediateSize(12)
                        .blocks(2)
                        .heads(2)
                        .build();
        return scaled(config, head);
    }

    private static ComputationGraph t5() {
        HfConfig config =
                new T5Config.Builder(VOCABULARY)
                        .hiddenSize(8)
                        .intermediateSize(12)
                        .blocks(1)
                        .heads(2, 4)
                        .build();
        return scaled(config, Head.LANGUAGE_MODEL);
    }

    private static ComputationGraph scaled(HfConfig config, Head head) {
        ModelOptions options =
                new ModelOptions.Builder().head(head).dataType(DataType.DOUBLE).seed(3).build();
        ComputationGraph graph = ModelFamilies.standard().init(config, options);
        graph.params().muli(3);
        return graph;
    }

    private static INDArray row(INDArray array, int row, int from, int to) {
        return array.get(NDArrayIndex.interval(row, row + 1), NDArrayIndex.interval(from, to))
                .dup('c');
    }

    private static INDArray states(INDArray array, int row, int from, int to) {
        return array.get(
                        NDArrayIndex.interval(row, row + 1),
                        NDArrayIndex.interval(from, to),
                        NDArrayIndex.all())
                .dup('c');
    }

    private static void close(INDArray expected, INDArray actual) {
        assertTrue(expected.equalShapes(actual), expected + " and " + actual);
        double difference = expected.sub(actual).amaxNumber().doubleValue();
        assertTrue(difference < 1e-9, "differs by " + difference);
    }

    @Test
    void areWhatTheHeadReads() {
        ComputationGraph graph = llama(Head.LANGUAGE_MODEL);
        HiddenStates hidden = new HiddenStates(graph);
        assertEquals("model.norm", hidden.vertex());
        TokenStates states = hidden.of(IDS, null);
        close(graph.feedForward(IDS, false).get("model.norm"), states.values());
        close(Nd4j.ones(DataType.DOUBLE, 3, 4), states.mask());
        INDArray head = graph.getLayer("lm_head").getParam("W");
        INDArray logits = states.values().reshape('c', 12, 8).mmul(head);
        close(graph.outputSingle(IDS).reshape('c', 12, VOCABULARY), logits);
    }

    @Test
    void paddedTextsHaveTheStatesTheyHaveAlone() {
        int[][] spans = {{0, 4}, {2, 4}, {0, 2}};
        for (HiddenStates hidden :
                List.of(
                        new HiddenStates(llama(Head.LANGUAGE_MODEL)),
                        new HiddenStates(llama(Head.NONE)),
                        new HiddenStates(t5(), "encoder.final_layer_norm"))) {
            TokenStates all = hidden.of(IDS, MASK);
            assertEquals(MASK.castTo(DataType.DOUBLE), all.mask());
            for (int b = 0; b < 3; b++) {
                int from = spans[b][0];
                int to = spans[b][1];
                TokenStates alone = hidden.of(row(IDS, b, from, to), null);
                close(alone.values(), states(all.values(), b, from, to));
            }
            INDArray padding = all.values().mul(MASK.rsub(1).reshape('c', 3, 4, 1));
            assertEquals(0, padding.amaxNumber().doubleValue());
        }
    }

    @Test
    void ofADecoderNeedItsTokens() {
        ComputationGraph graph = t5();
        HiddenStates hidden = new HiddenStates(graph);
        INDArray decoded = Nd4j.createFromArray(new float[][] {{0, 3, 2}, {0, 5, 5}, {0, 1, 4}});
        PromptInputs inputs = PromptInputs.of("decoder_input_ids", decoded);
        TokenStates all = hidden.of(IDS, MASK, inputs);
        close(Nd4j.ones(DataType.DOUBLE, 3, 3), all.mask());
        TokenStates alone = hidden.of(row(IDS, 1, 2, 4), null, inputs.rows(1));
        close(alone.values(), states(all.values(), 1, 0, 3));
        INDArray first =
                graph.feedForward(new INDArray[] {IDS, decoded}, false).get(hidden.vertex());
        close(states(first, 0, 0, 3), states(all.values(), 0, 0, 3));
        assertEquals(
                "\""
                        + hidden.vertex()
                        + "\" depends on further inputs that are missing:"
                        + " [decoder_input_ids]",
                message(() -> hidden.of(IDS, MASK)));
    }

    @Test
    void leaveADecodersStateAlone() {
        ComputationGraph graph = llama(Head.LANGUAGE_MODEL);
        IncrementalDecoder decoder = new IncrementalDecoder(graph);
        INDArray next = Nd4j.createFromArray(3, 4, 5);
        decoder.prefill(IDS, MASK);
        INDArray expected = decoder.step(next);
        decoder.prefill(IDS, MASK);
        new HiddenStates(graph).of(IDS, MASK);
        close(expected, decoder.step(next));
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void refuseWhatDoesNotFit() {
        ComputationGraph graph = llama(Head.LANGUAGE_MODEL);
        HiddenStates hidden = new HiddenStates(graph);
        assertEquals(
                "ids and mask must be [batch, time], got [3, 4] and [3, 2]",
                message(() -> hidden.of(IDS, Nd4j.ones(3, 2))));
        assertEquals(
                "inputs besides \"input_ids\" must be among [input_ids], got \"image\"",
                message(() -> hidden.of(IDS, MASK, PromptInputs.of("image", IDS))));
        String unknown = message(() -> new HiddenStates(graph, "norm"));
        assertTrue(unknown.startsWith("vertex must be one of [") && unknown.endsWith("\"norm\""));
        PromptInputs two = PromptInputs.of("decoder_input_ids", Nd4j.ones(2, 1));
        assertEquals(
                "input \"decoder_input_ids\" must have a row for each of the 3 texts, got 2",
                message(() -> new HiddenStates(t5()).of(IDS, MASK, two)));
        HiddenStates classes = new HiddenStates(llama(Head.SEQUENCE_CLASSIFICATION));
        assertTrue(
                message(() -> classes.of(IDS, MASK))
                        .startsWith("vertex must give [batch, time, width]"));
    }
}
