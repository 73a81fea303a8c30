package org.dl4jplugins.align.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.TokenEvaluation;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HeldOutScoreTest {

    private final ComputationGraph graph = Taught.base();

    @Test
    void scoresAreThoseOfTheTestExamples() {
        INDArray said = graph.output(Taught.data(2, 256).next().getFeatures(0))[0];
        INDArray right = Taught.data(2, 256).next().getLabels(0);
        double accuracy = 0;
        double loss = 0;
        for (int i = 0; i < 256; i++) {
            int label = right.getRow(i).argMax(0).getInt(0);
            accuracy += said.getRow(i).argMax(0).getInt(0) == label ? 1 / 256.0 : 0;
            loss -= Math.log(said.getDouble(i, label)) / 256;
        }
        assertEquals(accuracy, new HeldOutAccuracy().score(graph, Taught.class, null), 1e-9);
        assertEquals(loss, new HeldOutLoss().score(graph, Taught.class, null), 1e-9);
        assertTrue(new HeldOutLoss().minimize());
        assertFalse(new HeldOutAccuracy().minimize());
    }

    @Test
    void tokensAreScoredByTheirNumber() {
        TokenEvaluation tokens = new TokenEvaluation();
        tokens.eval(
                Nd4j.createFromArray(new double[][] {{1}, {1}}),
                Nd4j.createFromArray(new double[][] {{0, 0}, {9, 0}}),
                null,
                null);
        assertEquals(0.0, new HeldOutAccuracy().ofTokens(tokens));
        assertEquals(tokens.crossEntropy(), new HeldOutLoss().ofTokens(tokens));
    }

    @Test
    void onlyGraphsAreScored() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new HeldOutLoss().score("not a network", Taught.class, null));
    }
}
