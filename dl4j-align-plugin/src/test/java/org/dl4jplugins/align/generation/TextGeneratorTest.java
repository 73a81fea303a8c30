package org.dl4jplugins.align.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.generation.Generation.Finish;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TextGeneratorTest {
    private final HfTokenizer tokenizer;

    TextGeneratorTest() throws IOException {
        tokenizer = Models.tokenizer();
    }

    private TextGenerator.Builder llama() {
        return new TextGenerator.Builder(Models.llama(), tokenizer).stopTokens();
    }

    /** The most likely continuation, from the whole sequence at each step. */
    private static int[] slowly(
            ComputationGraph graph, int[] prompt, int tokens, LogitsRule... rules) {
        int[] ids = prompt;
        for (int i = 0; i < tokens; i++) {
            float[] logits = next(graph, ids);
            for (LogitsRule rule : rules) {
                rule.apply(logits, ids);
            }
            int best = 0;
            for (int v = 0; v < logits.length; v++) {
                best = logits[v] > logits[best] ? v : best;
            }
            ids = append(ids, best);
        }
        return Arrays.copyOfRange(ids, prompt.length, ids.length);
    }

    private static float[] next(ComputationGraph graph, int[] ids) {
        INDArray logits = graph.outputSingle(Nd4j.createFromArray(new int[][] {ids}));
        return Rows.of(logits.slice(0), ids.length - 1);
    }

    private static int[] append(int[] ids, int id) {
        int[] more = Arrays.copyOf(ids, ids.length + 1);
        more[ids.length] = id;
        return more;
    }

    @Test
    void greedyIsWhatTheWholeSequenceSaysAlsoInARaggedBatch() {
        int[][] prompts = {{2, 3, 4, 5}, {6}, {5, 5}};
        ComputationGraph graph = Models.llama();
        List<Generation> results = llama().maxNewTokens(9).build().generateIds(prompts);
        for (int p = 0; p < prompts.length; p++) {
            assertArrayEquals(slowly(graph, prompts[p], 9), results.get(p).ids(), "prompt " + p);
            assertEquals(Finish.LENGTH, results.get(p).finish());
        }
    }

    @Test
    void encoderDecoderStartsWithItsStartToken() {
        ComputationGraph graph = Models.t5();
        int[][] prompts = {{2, 3, 4}, {6}};
        List<Generation> results =
                new TextGenerator.Builder(graph, tokenizer)
                        .stopTokens()
                        .decoderStart(0)
                        .maxNewTokens(6)
                        .build()
                        .generateIds(prompts);
        for (int p = 0; p < prompts.length; p++) {
            int[] ids = {0};
            for (int i = 0; i < 6; i++) {
                INDArray logits =
                        graph.output(
                                        Nd4j.createFromArray(new int[][] {prompts[p]}),
                                        Nd4j.createFromArray(new int[][] {ids}))[0];
                ids = append(ids, logits.slice(0).getRow(i).argMax().getInt(0));
            }
            assertArrayEquals(Arrays.copyOfRange(ids, 1, 7), results.get(p).ids(), "prompt " + p);
        }
        assertThrows(
                IllegalStateException.class,
                () -> new TextGenerator.Builder(graph, tokenizer).build().generate("w3"));
    }

    @Test
    void wideBeamsFindTheBestOfAllSequences() {
        ComputationGraph graph = Models.llama();
        int[] prompt = {4, 2};
        double best = Double.NEGATIVE_INFINITY;
        int[] expected = null;
        int v = Models.VOCABULARY;
        double[] first = Softmax.log(next(graph, prompt));
        for (int a = 0; a < v; a++) {
            double[] second = Softmax.log(next(graph, append(prompt, a)));
            for (int b = 0; b < v; b++) {
                double[] third = Softmax.log(next(graph, append(append(prompt, a), b)));
                for (int c = 0; c < v; c++) {
                    if (first[a] + second[b] + third[c] > best) {
                        best = first[a] + second[b] + third[c];
                        expected = new int[] {a, b, c};
                    }
                }
            }
        }
        Generation found = llama().beams(v * v).maxNewTokens(3).build().generateIds(prompt).get(0);
        assertArrayEquals(expected, found.ids());
        assertEquals(best, found.logProbability(), 1e-5);
    }

    @Test
    void lengthPenaltyDecidesBetweenShortAndLong() {
        int[] prompt = {3, 5};
        int first = llama().maxNewTokens(1).build().generateIds(prompt).get(0).ids()[0];
        TextGenerator.Builder stopping = llama().beams(4).maxNewTokens(6).stopTokens(first);
        Generation brief = stopping.lengthPenalty(-3).build().generateIds(prompt).get(0);
        assertEquals(Finish.STOP, brief.finish());
        Generation verbose = stopping.lengthPenalty(20).build().generateIds(prompt).get(0);
        assertTrue(verbose.ids().length > brief.ids().length);
    }

    @Test
    void samplingRepeatsWithItsSeed() {
        TextGenerator.Builder sampling = llama().temperature(1.5).topP(0.95).maxNewTokens(20);
        List<Generation> first = sampling.seed(3).build().generate(List.of("w3 w4", "w3 w4"));
        assertEquals(first, sampling.seed(3).build().generate(List.of("w3 w4", "w3 w4")));
        assertNotEquals(first.get(0), first.get(1));
        assertNotEquals(first.get(0), sampling.seed(4).build().generate("w3 w4"));
    }

    @Test
    void endsAtStopTokensWhileOthersGoOn() {
        int[] alone = llama().maxNewTokens(8).build().generateIds(new int[] {6, 2}).get(0).ids();
        int stop = alone[2];
        List<Generation> results =
                llama().maxNewTokens(8)
                        .stopTokens(stop)
                        .build()
                        .generateIds(new int[] {6, 2}, new int[] {3, 3, 3});
        int end = 0;
        while (alone[end] != stop) {
            end++;
        }
        assertArrayEquals(Arrays.copyOf(alone, end + 1), results.get(0).ids());
        assertEquals(Finish.STOP, results.get(0).finish());
        int[] other =
                llama().maxNewTokens(8)
                        .stopTokens(stop)
                        .build()
                        .generateIds(new int[] {3, 3, 3})
                        .get(0)
                        .ids();
        assertArrayEquals(other, results.get(1).ids());
    }

    @Test
    void streamsTextAndObeysTheListener() {
        StringBuilder streamed = new StringBuilder();
        Generation whole =
                llama().maxNewTokens(8)
                        .listener(
                                (prompt, id, text) -> {
                                    streamed.append(text);
                                    return true;
                                })
                        .build()
                        .generate("w2 w5");
        assertEquals(whole.text(), streamed.toString());
        List<Integer> seen = new ArrayList<>();
        Generation cancelled =
                llama().listener(
                                (prompt, id, text) -> {
                                    seen.add(id);
                                    return seen.size() < 3;
                                })
                        .build()
                        .generate("w2 w5");
        assertEquals(Finish.CANCELLED, cancelled.finish());
        assertArrayEquals(Arrays.copyOf(whole.ids(), 3), cancelled.ids());
    }

    @Test
    void repetitionPenaltyCountsThePrompt() {
        int[] prompt = {3, 4};
        int[] plain = llama().maxNewTokens(8).build().generateIds(prompt).get(0).ids();
        int[] varied =
                llama().maxNewTokens(8)
                        .repetitionPenalty(3)
                        .build()
                        .generateIds(prompt)
                        .get(0)
                        .ids();
        assertArrayEquals(slowly(Models.llama(), prompt, 8, new RepetitionPenalty(3)), varied);
        assertFalse(Arrays.equals(plain, varied));
    }

    @Test
    void chatsByTemplate() {
        PromptTemplate template =
                new PromptTemplate.Builder("quiz")
                        .user("w2 ", " ")
                        .assistant("w3", " ", "")
                        .build();
        TextGenerator generator = llama().template(template).maxNewTokens(4).build();
        assertEquals(
                generator.generate("w2 w6 w3"), generator.chat(List.of(ChatMessage.user("w6"))));
        TextGenerator without = llama().build();
        assertThrows(
                IllegalStateException.class, () -> without.chat(List.of(ChatMessage.user("w6"))));
    }

    @Test
    void endsWhereTheModelsPositionsEnd() {
        for (BasePlacement base : BasePlacement.values()) {
            LoraConfig config =
                    new LoraConfig.Builder().targets("q_proj").rank(1).base(base).build();
            ComputationGraph adapted =
                    new LoraTransformer.Builder(Models.llama()).config(config).build().transform();
            for (ComputationGraph graph : List.of(Models.llama(), adapted)) {
                TextGenerator generator =
                        new TextGenerator.Builder(graph, tokenizer)
                                .stopTokens()
                                .maxNewTokens(100)
                                .build();
                Generation text = generator.generateIds(new int[] {2, 3}).get(0);
                assertEquals(30, text.ids().length);
                assertEquals(Finish.LENGTH, text.finish());
                assertThrows(
                        IllegalArgumentException.class, () -> generator.generateIds(new int[32]));
            }
        }
    }

    @Test
    void encodersAreRefused() {
        ComputationGraph bert = Models.bert();
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new TextGenerator.Builder(bert, tokenizer).build())
                        .getMessage();
        assertTrue(message.contains("is not causal"), message);
    }

    @Test
    void refusesWhatCannotWork() {
        TextGenerator generator = llama().maxLength(3).build();
        assertEquals(1, generator.generate("w2 w2").ids().length);
        assertThrows(IllegalArgumentException.class, () -> generator.generate("w2 w2 w2"));
        assertThrows(IllegalArgumentException.class, () -> generator.generate(""));
        assertThrows(IllegalArgumentException.class, generator::generateIds);
        assertThrows(IllegalArgumentException.class, () -> llama().beams(2).temperature(1).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> llama().beams(2).listener((p, i, s) -> true).build());
        assertThrows(IllegalArgumentException.class, () -> llama().beams(0));
        assertThrows(IllegalArgumentException.class, () -> llama().maxNewTokens(0));
    }
}
