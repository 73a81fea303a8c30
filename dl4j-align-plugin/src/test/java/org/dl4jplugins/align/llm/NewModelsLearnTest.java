package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Models with new weights learn what needs their architecture. */
class NewModelsLearnTest {
    private static final int LENGTH = 5;
    private static final int VOCABULARY = 8;
    private final Random random = new Random(3);

    private static ModelOptions.Builder options() {
        return new ModelOptions.Builder().updater(new Adam(0.01)).seed(11);
    }

    /** Tokens from 2 on. */
    private INDArray words(int rows) {
        INDArray words = Nd4j.zeros(DataType.FLOAT, rows, LENGTH);
        for (int b = 0; b < rows; b++) {
            for (int t = 0; t < LENGTH; t++) {
                words.putScalar(b, t, 2 + random.nextInt(VOCABULARY - 2));
            }
        }
        return words;
    }

    /** After a separator, the decoder repeats what it has read: attention to equal tokens. */
    @Test
    void llamaCopies() {
        HfConfig config =
                new LlamaConfig.Builder(VOCABULARY)
                        .hiddenSize(32)
                        .intermediateSize(64)
                        .blocks(2)
                        .heads(4)
                        .build();
        ComputationGraph graph = ModelFamilies.standard().init(config, options().build());
        for (int step = 0; step < 250; step++) {
            INDArray words = words(32);
            INDArray ids = Nd4j.concat(1, words, Nd4j.ones(DataType.FLOAT, 32, 1), words);
            INDArray next = Nd4j.valueArrayOf(new long[] {32, 2 * LENGTH + 1}, -100f);
            for (int t = 0; t < LENGTH; t++) {
                next.putColumn(LENGTH + t, words.getColumn(t));
            }
            graph.fit(new MultiDataSet(ids, next));
        }
        graph.clear();
        INDArray words = words(50);
        IncrementalDecoder decoder = new IncrementalDecoder(graph);
        INDArray prompt = Nd4j.concat(1, words, Nd4j.ones(DataType.FLOAT, 50, 1));
        assertGenerated(words, decoder, decoder.prefill(prompt, null), 0.9);
    }

    /** The decoder writes the encoder's tokens backwards: cross attention with positions. */
    @Test
    void t5Reverses() {
        HfConfig config =
                new T5Config.Builder(VOCABULARY)
                        .hiddenSize(32)
                        .intermediateSize(64)
                        .blocks(1)
                        .heads(4, 8)
                        .gated(true)
                        .tied(false)
                        .dropout(0)
                        .build();
        ComputationGraph graph = ModelFamilies.standard().init(config, options().build());
        for (int step = 0; step < 400; step++) {
            INDArray words = words(32);
            INDArray target = reversed(words);
            INDArray before = Nd4j.zeros(DataType.FLOAT, 32, LENGTH);
            for (int t = 1; t < LENGTH; t++) {
                before.putColumn(t, target.getColumn(t - 1));
            }
            graph.fit(new MultiDataSet(new INDArray[] {words, before}, new INDArray[] {target}));
        }
        graph.clear();
        INDArray words = words(50);
        IncrementalDecoder decoder = new IncrementalDecoder(graph);
        decoder.context("input_ids", words, null);
        INDArray first = decoder.prefill(Nd4j.zeros(DataType.FLOAT, 50, 1), null);
        assertGenerated(reversed(words), decoder, first, 0.9);
    }

    private static INDArray reversed(INDArray words) {
        INDArray reversed = words.dup();
        for (int t = 0; t < LENGTH; t++) {
            reversed.putColumn(t, words.getColumn(LENGTH - 1 - t));
        }
        return reversed;
    }

    private static void assertGenerated(
            INDArray expected, IncrementalDecoder decoder, INDArray first, double least) {
        INDArray logits = first;
        double right = 0;
        for (int t = 0; t < LENGTH; t++) {
            INDArray chosen = logits.argMax(1).castTo(DataType.FLOAT);
            right +=
                    chosen.eq(expected.getColumn(t))
                            .castTo(DataType.FLOAT)
                            .sumNumber()
                            .doubleValue();
            logits = decoder.step(chosen);
        }
        double accuracy = right / expected.length();
        assertTrue(accuracy > least, "accuracy " + accuracy);
    }

    /** Whether the first word comes again: no bag of words tells. */
    @Test
    void bertClassifies() {
        HfConfig config =
                new BertConfig.Builder(VOCABULARY)
                        .hiddenSize(32)
                        .intermediateSize(64)
                        .blocks(2)
                        .heads(4)
                        .maxPositions(LENGTH)
                        .dropout(0)
                        .build();
        ModelOptions options =
                options()
                        .updater(new Adam(0.003))
                        .head(Head.SEQUENCE_CLASSIFICATION)
                        .tokenTypes(false)
                        .build();
        ComputationGraph graph = ModelFamilies.standard().init(config, options);
        for (int step = 0; step < 300; step++) {
            INDArray words = words(32);
            graph.fit(new MultiDataSet(words, classes(words)));
        }
        graph.clear();
        INDArray words = words(400);
        INDArray expected = classes(words).argMax(1);
        double right =
                graph.outputSingle(words)
                        .argMax(1)
                        .eq(expected)
                        .castTo(DataType.FLOAT)
                        .meanNumber()
                        .doubleValue();
        assertTrue(right > 0.9, "accuracy " + right);
    }

    private static INDArray classes(INDArray words) {
        INDArray classes = Nd4j.zeros(DataType.FLOAT, words.size(0), 2);
        for (int b = 0; b < words.size(0); b++) {
            boolean again = false;
            for (int t = 1; t < LENGTH; t++) {
                again |= words.getFloat(b, t) == words.getFloat(b, 0);
            }
            classes.putScalar(b, again ? 1 : 0, 1);
        }
        return classes;
    }
}
