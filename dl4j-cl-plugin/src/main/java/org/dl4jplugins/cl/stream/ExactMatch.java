package org.dl4jplugins.cl.stream;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Labels as text: an answer is right if it is the expected text, but for case and white space at
 * its ends, as in the paper's evaluation. The expected texts are the examples' meta data.
 */
public final class ExactMatch implements TaskScore {

    private final BiFunction<ComputationGraph, MultiDataSet, List<String>> answers;

    /**
     * @param answers the model's answer to each example of a batch
     */
    public ExactMatch(BiFunction<ComputationGraph, MultiDataSet, List<String>> answers) {
        this.answers = answers;
    }

    @Override
    public double correct(
            ComputationGraph graph, MultiDataSet batch, int output, boolean[] allowed) {
        List<Serializable> expected = batch.getExampleMetaData();
        if (expected == null) {
            throw new IllegalArgumentException(
                    "Exact match needs the expected texts as the examples' meta data");
        }
        List<String> given = answers.apply(graph, batch);
        if (given.size() != expected.size()) {
            throw new IllegalStateException(
                    given.size() + " answers to " + expected.size() + " examples");
        }
        int correct = 0;
        for (int i = 0; i < given.size(); i++) {
            correct += plain(given.get(i)).equals(plain(expected.get(i).toString())) ? 1 : 0;
        }
        return correct;
    }

    private static String plain(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }
}
