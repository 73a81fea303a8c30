package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A real pretrained LLaMA on sentences of the kind it was trained on, written for this test. */
class StoryModelTest {
    private static final List<String> SENTENCES =
            List.of(
                    "Once upon a time, there was a little girl named Mia who had a red kite.",
                    "One day, Tom went to the park with his dog. They saw a big tree.",
                    "The bird was sad because she could not find her baby in the nest.",
                    "Ben and his mom made a cake. It was sweet and they shared it with a friend.",
                    "\"Can I play with your ball?\" asked Lily. \"Yes,\" said Sam with a smile.",
                    "The cat ran fast, but the mouse was clever and hid under the bed.");

    /**
     * Per token, by an independent PyTorch implementation in double precision; a token of this
     * vocabulary often spans several words.
     */
    private static final double PERPLEXITY = 146.6457009;

    @Test
    void perplexityOfUnseenSentences() throws IOException {
        HfCheckpoint model = HfCheckpoint.load(Golden.shared("models/story").toPath());
        double perplexity = perplexity(model, SENTENCES);
        assertEquals(PERPLEXITY, perplexity, 1e-5 * PERPLEXITY);

        List<String> shuffled = SENTENCES.stream().map(StoryModelTest::shuffled).toList();
        assertTrue(perplexity(model, shuffled) > 5 * perplexity, "the order of words matters");
    }

    private static String shuffled(String sentence) {
        List<String> words = new ArrayList<>(List.of(sentence.split(" ")));
        Collections.shuffle(words, new Random(1));
        return String.join(" ", words);
    }

    /** exp of the mean loss over all tokens but the first of each sentence. */
    private static double perplexity(HfCheckpoint model, List<String> sentences) {
        List<int[]> rows = sentences.stream().map(model.tokenizer()::encode).toList();
        int time = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        INDArray ids = Nd4j.zeros(DataType.FLOAT, rows.size(), time);
        INDArray mask = Nd4j.zeros(DataType.FLOAT, rows.size(), time);
        INDArray labels = Nd4j.valueArrayOf(new long[] {rows.size(), time}, -100f);
        for (int b = 0; b < rows.size(); b++) {
            int[] row = rows.get(b);
            for (int t = 0; t < row.length; t++) {
                ids.putScalar(b, t, row[t]);
                mask.putScalar(b, t, 1);
                labels.putScalar(b, t, t + 1 < row.length ? row[t + 1] : -100);
            }
        }
        ComputationGraph graph = model.graph();
        MultiDataSet batch =
                new MultiDataSet(
                        new INDArray[] {ids},
                        new INDArray[] {labels},
                        new INDArray[] {mask},
                        new INDArray[] {mask});
        return Math.exp(graph.score(batch, false));
    }
}
