package org.dl4jplugins.cl.baseline;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** The diagonal of the empirical Fisher information of the current task. */
final class FisherInformation {

    private FisherInformation() {}

    /**
     * The mean over examples of the squared gradient of each one's loss.
     *
     * @param learner the model after its task
     * @param selection of parameters
     * @param examples at most so many, the first of the task
     * @param room [selected], overwritten
     * @param to [selected] the result, zeros before
     */
    static void estimate(
            Learner learner,
            ParameterSelection selection,
            int examples,
            INDArray room,
            INDArray to) {
        ComputationGraph graph = learner.graph();
        boolean amid = Arrays.stream(graph.getLayers()).anyMatch(FisherInformation::mixes);
        MultiDataSetIterator data = learner.stream().task(learner.task()).train().open(0);
        int count = 0;
        while (data.hasNext() && count < examples) {
            MultiDataSet batch = data.next();
            int rows = Rows.count(batch);
            for (int row = 0; row < rows && count < examples; row++, count++) {
                MultiDataSet one = amid ? only(batch, row) : Rows.of(batch, row);
                TaskBatch own = TaskBatch.of(one, learner.task());
                MultiDataSet masked = learner.stream().masked(own, learner.task());
                selection.gather(Gradients.of(graph, masked), room);
                if (amid && graph.conf().isMiniBatch()) {
                    room.muli(rows);
                }
                to.addi(room.muli(room));
            }
        }
        to.divi(count);
    }

    private static boolean mixes(Layer layer) {
        return layer.conf().getLayer() instanceof BatchNormalization;
    }

    /** The whole batch, with labels of one example only. */
    private static MultiDataSet only(MultiDataSet batch, int row) {
        INDArray[] masks = new INDArray[batch.numLabelsArrays()];
        for (int i = 0; i < masks.length; i++) {
            INDArray labels = batch.getLabels(i);
            INDArray given =
                    batch.getLabelsMaskArrays() == null ? null : batch.getLabelsMaskArrays()[i];
            long time = labels.rank() == 3 ? labels.size(2) : 1;
            INDArray full = given != null ? given : Nd4j.ones(DataType.FLOAT, labels.size(0), time);
            masks[i] = full.like();
            masks[i].slice(row).assign(full.slice(row));
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                batch.getFeatures(),
                batch.getLabels(),
                batch.getFeaturesMaskArrays(),
                masks,
                batch.getExampleMetaData());
    }
}
