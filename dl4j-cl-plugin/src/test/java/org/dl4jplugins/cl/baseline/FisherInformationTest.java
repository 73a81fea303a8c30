package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class FisherInformationTest {

    private static final int EXAMPLES = 6;

    /** The slope of each example's loss, all others of its batch present but not counted. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsTheMeanOfSquaredSlopes(boolean norm) {
        ComputationGraph graph = Toy.mlp(new Sgd(0.1), DataType.DOUBLE, 0, norm);
        TaskStream stream = Toy.permuted(1, EXAMPLES, EXAMPLES);
        Learner[] learner = new Learner[1];
        Progress keep =
                new Progress() {
                    @Override
                    public void step(Learner now, double loss) {
                        learner[0] = now;
                    }
                };
        new ContinualTrainer.Builder(graph, stream, new Naive())
                .budget(Budget.steps(1))
                .scoreBefore(false)
                .progress(keep)
                .build()
                .run();
        ParameterSelection selection = ParameterSelection.matching(graph, "hidden_W");
        INDArray fisher = Nd4j.zeros(DataType.DOUBLE, selection.size());
        FisherInformation.estimate(learner[0], selection, EXAMPLES, fisher.like(), fisher);

        MultiDataSet batch = stream.task(0).train().open(0).next();
        long offset = selection.segments().get(0).flatOffset();
        for (int p = 0; p < 8; p++) {
            double sum = 0;
            for (int i = 0; i < EXAMPLES; i++) {
                double slope = slope(graph, only(batch, i), offset + p) * EXAMPLES;
                sum += slope * slope / EXAMPLES;
            }
            assertTrue(sum > 0);
            assertEquals(sum, fisher.getDouble(p), 1e-6 * sum + 1e-12, "parameter " + p);
        }
    }

    private static double slope(ComputationGraph graph, MultiDataSet data, long p) {
        double at = graph.params().getDouble(p);
        graph.params().putScalar(p, at + 1e-5);
        double above = graph.score(data, true);
        graph.params().putScalar(p, at - 1e-5);
        double below = graph.score(data, true);
        graph.params().putScalar(p, at);
        return (above - below) / 2e-5;
    }

    private static MultiDataSet only(MultiDataSet batch, int row) {
        INDArray mask = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, 1);
        mask.putScalar(row, 0, 1);
        return new org.nd4j.linalg.dataset.MultiDataSet(
                batch.getFeatures(), batch.getLabels(), null, new INDArray[] {mask});
    }
}
