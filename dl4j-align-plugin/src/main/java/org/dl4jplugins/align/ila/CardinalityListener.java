package org.dl4jplugins.align.ila;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Holds the relaxed number of layers down while scores learn, by a penalty and by a bound. */
final class CardinalityListener extends BaseTrainingListener {

    private final ScoreSettings settings;
    private final List<String> keys;

    /**
     * @param keys names of the score parameters in the graph, {@code vertex_parameter}
     */
    CardinalityListener(ScoreSettings settings, List<String> keys) {
        this.settings = settings;
        this.keys = keys;
    }

    /** Gradients are sums over the batch until the updater divides them. */
    @Override
    public void onGradientCalculation(Model model) {
        if (settings.penalty() == 0) {
            return;
        }
        ComputationGraph graph = (ComputationGraph) model;
        double examples = graph.conf().isMiniBatch() ? graph.batchSize() : 1;
        for (String key : keys) {
            double gamma = Cardinality.sigmoid(graph.getParam(key).getDouble(0));
            graph.gradient()
                    .getGradientFor(key)
                    .addi(settings.penalty() * examples * gamma * (1 - gamma));
        }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        if (settings.bound().isEmpty()) {
            return;
        }
        ComputationGraph graph = (ComputationGraph) model;
        List<INDArray> scores = keys.stream().map(graph::getParam).toList();
        double[] values = scores.stream().mapToDouble(s -> s.getDouble(0)).toArray();
        double shift = Cardinality.shift(values, settings.bound().getAsDouble());
        if (shift > 0) {
            scores.forEach(score -> score.subi(shift));
        }
    }
}
