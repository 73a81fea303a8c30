package org.dl4jplugins.cl.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Reads and changes a graph's gradients, which DL4J keeps as sums over the examples of a batch. */
final class Gradients {

    private Gradients() {}

    /** What the updater divides a gradient by: an average times it is in DL4J's scale. */
    static double divisor(ComputationGraph graph) {
        return graph.conf().isMiniBatch() ? graph.batchSize() : 1;
    }

    /**
     * Runs a step whose gradient is changed before the updater sees it; listeners see the change.
     */
    static void with(ComputationGraph graph, Consumer<ComputationGraph> change, Runnable step) {
        List<TrainingListener> own = new ArrayList<>(graph.getListeners());
        List<TrainingListener> now = new ArrayList<>();
        now.add(
                new BaseTrainingListener() {
                    @Override
                    public void onGradientCalculation(Model model) {
                        change.accept(graph);
                    }
                });
        now.addAll(own);
        graph.setListeners(now);
        try {
            step.run();
        } finally {
            graph.setListeners(own);
        }
    }

    /**
     * The gradient of the mean loss of a batch in training mode, which is not learned from.
     *
     * @return the graph's flat gradient array, valid until its next use
     */
    static INDArray of(ComputationGraph graph, MultiDataSet batch) {
        List<TrainingListener> own = new ArrayList<>(graph.getListeners());
        graph.setListeners(List.of());
        try {
            graph.setInputs(batch.getFeatures());
            graph.setLabels(batch.getLabels());
            graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
            graph.computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
            double divisor = divisor(graph);
            return graph.getFlattenedGradients().divi(divisor);
        } finally {
            graph.clearLayerMaskArrays();
            graph.clear();
            graph.setListeners(own);
        }
    }
}
