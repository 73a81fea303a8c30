package org.dl4jplugins.cl.stream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Labels as classes: the largest output among those that compete must be the label. Labels [batch,
 * classes], or [batch, classes, time], where an example counts with its share of right steps on the
 * whole batch.
 */
public final class AccuracyScore implements TaskScore {

    @Override
    public double correct(
            ComputationGraph graph, MultiDataSet batch, int output, boolean[] allowed) {
        graph.clear();
        INDArray answers =
                graph.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[output];
        graph.clear();
        INDArray labels = batch.getLabels(output);
        if (labels.rank() == 2) {
            return correct(answers, labels, allowed);
        }
        if (allowed != null) {
            throw new IllegalArgumentException(
                    "Masks on outputs need labels [batch, classes], got rank " + labels.rank());
        }
        Evaluation evaluation = new Evaluation();
        INDArray[] masks = batch.getLabelsMaskArrays();
        evaluation.eval(labels, answers, masks == null ? null : masks[output]);
        return evaluation.accuracy() * Rows.count(batch);
    }

    private static double correct(INDArray answers, INDArray labels, boolean[] allowed) {
        if (labels.size(1) != answers.size(1)) {
            throw new IllegalArgumentException(
                    "The labels have "
                            + labels.size(1)
                            + " classes, the output of the model "
                            + answers.size(1));
        }
        INDArray competing = answers;
        if (allowed != null) {
            competing = answers.dup();
            for (int c = 0; c < allowed.length; c++) {
                if (!allowed[c]) {
                    competing.getColumn(c).assign(Double.NEGATIVE_INFINITY);
                }
            }
        }
        long[] given = Nd4j.argMax(competing, 1).toLongVector();
        long[] right = Nd4j.argMax(labels, 1).toLongVector();
        int correct = 0;
        for (int i = 0; i < right.length; i++) {
            correct += given[i] == right[i] ? 1 : 0;
        }
        return correct;
    }
}
