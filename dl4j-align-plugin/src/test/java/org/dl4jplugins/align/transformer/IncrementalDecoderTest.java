package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class IncrementalDecoderTest {

    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(6);
    }

    static Stream<Arguments> decoders() {
        RotaryEmbedding.Builder rotary = new RotaryEmbedding.Builder().theta(30);
        return Stream.of(DataType.DOUBLE, DataType.FLOAT)
                .flatMap(
                        type ->
                                Stream.of(
                                        Arguments.of(type, "learned", null),
                                        Arguments.of(type, "rotary", rotary.build()),
                                        Arguments.of(
                                                type,
                                                "dynamic",
                                                new RotaryEmbedding.Builder()
                                                        .dynamic(2, 6)
                                                        .build())));
    }

    private static INDArray columns(INDArray ids, int from, int to) {
        return ids.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup('c');
    }

    /** Logits [batch, vocabulary] after the first tokens, from the whole graph. */
    private static INDArray whole(ComputationGraph graph, INDArray... inputs) {
        graph.clearLayerMaskArrays();
        INDArray logits = graph.output(inputs)[0];
        return logits.get(
                        NDArrayIndex.all(),
                        NDArrayIndex.point(logits.size(1) - 1),
                        NDArrayIndex.all())
                .dup('c');
    }

    private static void close(INDArray expected, INDArray actual, String what) {
        assertArrayEquals(expected.shape(), actual.shape());
        double difference = expected.sub(actual).amaxNumber().doubleValue();
        double allowed = expected.dataType() == DataType.DOUBLE ? 1e-10 : 1e-5;
        assertTrue(difference < allowed, what + " differs by " + difference);
        assertTrue(expected.amaxNumber().doubleValue() > 0.05, "logits are trivial");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("decoders")
    void stepsEqualTheWholeSequence(DataType type, String name, RotaryEmbedding rotary) {
        ComputationGraph graph = TinyModels.decoder(type, rotary);
        INDArray ids = TinyModels.ids(3, 12);
        IncrementalDecoder decoder = new IncrementalDecoder(graph);
        INDArray logits = decoder.prefill(columns(ids, 0, 5), null);
        for (int t = 5; t < 12; t++) {
            close(whole(graph, columns(ids, 0, t)), logits, "token " + t);
            logits = decoder.step(columns(ids, t, t + 1));
        }
        close(whole(graph, ids), logits, "last token");
        assertEquals(12, decoder.length());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("decoders")
    void plainTimeStepsEqualTheWholeSequence(DataType type, String name, RotaryEmbedding rotary) {
        ComputationGraph graph = TinyModels.decoder(type, rotary);
        INDArray ids = TinyModels.ids(2, 9);
        int[] bounds = {0, 5, 6, 7, 9};
        for (int i = 1; i < bounds.length; i++) {
            INDArray step = graph.rnnTimeStep(columns(ids, bounds[i - 1], bounds[i]))[0];
            INDArray last =
                    step.rank() == 2
                            ? step
                            : step.get(
                                    NDArrayIndex.all(),
                                    NDArrayIndex.point(step.size(1) - 1),
                                    NDArrayIndex.all());
            close(whole(graph, columns(ids, 0, bounds[i])), last.dup('c'), "to " + bounds[i]);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("decoders")
    void promptsOfDifferentLengthsAreAsIfAlone(DataType type, String name, RotaryEmbedding rotary) {
        ComputationGraph graph = TinyModels.decoder(type, rotary);
        int[] lengths = {7, 3, 1};
        INDArray tokens = TinyModels.ids(3, 12);
        for (boolean left : new boolean[] {true, false}) {
            INDArray ids = Nd4j.zeros(DataType.DOUBLE, 3, 7);
            INDArray mask = Nd4j.zeros(DataType.DOUBLE, 3, 7);
            for (int b = 0; b < 3; b++) {
                int from = left ? 7 - lengths[b] : 0;
                for (int t = 0; t < lengths[b]; t++) {
                    ids.putScalar(b, from + t, tokens.getDouble(b, t));
                    mask.putScalar(b, from + t, 1);
                }
            }
            IncrementalDecoder decoder = new IncrementalDecoder(graph);
            INDArray logits = decoder.prefill(ids, mask);
            for (int step = 0; step < 4; step++) {
                INDArray next = Nd4j.zeros(DataType.DOUBLE, 3);
                for (int b = 0; b < 3; b++) {
                    int to = lengths[b] + step;
                    INDArray alone = row(columns(tokens, 0, to), b);
                    close(whole(graph, alone), row(logits, b), "row " + b + " step " + step);
                    next.putScalar(b, tokens.getDouble(b, to));
                }
                logits = decoder.step(next);
            }
        }
    }

    private static INDArray row(INDArray x, int row) {
        return x.get(NDArrayIndex.interval(row, row + 1)).dup('c');
    }

    @Test
    void masksOfTheGraphAndOfTheDecoderAgree() {
        ComputationGraph graph =
                TinyModels.decoder(DataType.DOUBLE, new RotaryEmbedding.Builder().build());
        INDArray ids = TinyModels.ids(2, 6);
        INDArray mask =
                Nd4j.createFromArray(new double[][] {{0, 0, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}});
        INDArray all = graph.output(false, new INDArray[] {ids}, new INDArray[] {mask}, null)[0];
        graph.clearLayerMaskArrays();
        INDArray last =
                all.get(NDArrayIndex.all(), NDArrayIndex.point(5), NDArrayIndex.all()).dup('c');
        close(last, new IncrementalDecoder(graph).prefill(ids, mask), "prefill");
    }

    @Test
    void beamsAreReordered() {
        ComputationGraph graph = TinyModels.decoder(DataType.DOUBLE, null);
        IncrementalDecoder decoder = new IncrementalDecoder(graph);
        INDArray prompts = Nd4j.createFromArray(new double[][] {{3, 4, 5}, {1, 2, 0}});
        INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 1}, {1, 1, 0}});
        decoder.prefill(prompts, mask);
        decoder.reorder(new int[] {0, 0, 1, 1});
        decoder.step(Nd4j.createFromArray(6.0, 7.0, 8.0, 9.0));
        decoder.reorder(new int[] {1, 2});
        assertEquals(2, decoder.batch());
        INDArray logits = decoder.step(Nd4j.createFromArray(2.0, 3.0));
        double[][] sequences = {{3, 4, 5, 7, 2}, {1, 2, 8, 3}};
        for (int b = 0; b < 2; b++) {
            INDArray alone = Nd4j.createFromArray(new double[][] {sequences[b]});
            close(whole(graph, alone), row(logits, b), "beam " + b);
        }
        assertThrows(IllegalArgumentException.class, () -> decoder.reorder(new int[] {2}));
        assertThrows(IllegalArgumentException.class, () -> decoder.reorder(new int[0]));
    }

    @ParameterizedTest
    @MethodSource("types")
    void encoderRunsOncePerPrompt(DataType type) {
        ComputationGraph graph = TinyModels.encoderDecoder(type);
        INDArray source = TinyModels.ids(2, 7);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, 2, 7);
        mask.get(NDArrayIndex.point(1), NDArrayIndex.interval(4, 7)).assign(0);
        INDArray target = TinyModels.ids(2, 6);
        INDArray all =
                graph.output(
                                false,
                                new INDArray[] {source, target},
                                new INDArray[] {mask, null},
                                null)[0];
        graph.clearLayerMaskArrays();
        IncrementalDecoder decoder = new IncrementalDecoder(graph);
        decoder.context("input_ids", source, mask);
        INDArray logits = decoder.prefill(columns(target, 0, 2), null);
        // if the encoder ran again it would meet other weights
        graph.getLayer("block0.q").params().muli(100);
        int[] swap = {1, 0};
        for (int t = 2; t < 6; t++) {
            INDArray expected =
                    all.get(NDArrayIndex.all(), NDArrayIndex.point(t - 1), NDArrayIndex.all());
            close(expected.dup('c'), logits, "token " + t);
            if (t == 4) {
                decoder.reorder(swap);
                logits = decoder.step(swapped(columns(target, t, t + 1)));
                decoder.reorder(swap);
                logits = swapped(logits);
            } else {
                logits = decoder.step(columns(target, t, t + 1));
            }
        }
    }

    static Stream<DataType> types() {
        return Stream.of(DataType.DOUBLE, DataType.FLOAT);
    }

    private static INDArray swapped(INDArray x) {
        return Nd4j.vstack(row(x, 1), row(x, 0));
    }

    @Test
    void wrongCallsAreExplained() {
        ComputationGraph graph = TinyModels.encoderDecoder(DataType.FLOAT);
        IncrementalDecoder decoder = new IncrementalDecoder(graph);
        INDArray ids = TinyModels.ids(2, 3);
        explained("prefill", () -> decoder.step(Nd4j.zeros(2)));
        explained("context", () -> decoder.prefill(ids, null));
        explained("no context", () -> decoder.context("decoder_input_ids", ids, null));
        explained("not \"x\"", () -> new IncrementalDecoder(graph, "x"));
        explained("[batch, time] = [2, 3]", () -> decoder.prefill(ids, Nd4j.ones(2, 4), ids));
        explained("at least one token", () -> decoder.prefill(ids, Nd4j.zeros(2, 3), ids));
        decoder.prefill(ids, null, ids);
        explained("one id for each of the 2", () -> decoder.step(Nd4j.zeros(3)));
    }

    private static void explained(String word, Runnable call) {
        Exception e = assertThrows(RuntimeException.class, call::run);
        assertTrue(e.getMessage().contains(word), e.getMessage());
    }
}
