package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jplugins.align.lora.LoraIncrement;
import org.dl4jplugins.align.lora.LoraLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sees the gradients of all trainable increments at each step of one training. */
abstract class IncrementListener extends BaseTrainingListener {

    /** A factor of an increment: the matrix it belongs to and its name in the graph. */
    record Factor(int layer, String key) {}

    private final String method;
    private List<AdaptedMatrix> layers = List.of();
    private List<Factor> factors = List.of();
    private int steps;

    IncrementListener(String method) {
        this.method = method;
    }

    /** Takes one step's gradients. */
    abstract void step(ComputationGraph graph, List<Factor> factors, double examples);

    /** The scores so far, [layer]. */
    abstract double[] scores(int layers);

    @Override
    public void onGradientCalculation(Model model) {
        ComputationGraph graph = (ComputationGraph) model;
        if (steps++ == 0) {
            layers = List.copyOf(ScoreModel.requireIncrements(graph));
            factors = factors(graph);
        }
        step(graph, factors, graph.conf().isMiniBatch() ? graph.batchSize() : 1);
    }

    private List<Factor> factors(ComputationGraph graph) {
        List<Factor> found = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            AdaptedMatrix layer = layers.get(i);
            LoraLayer conf = (LoraLayer) graph.getLayer(layer.layer()).conf().getLayer();
            for (LoraIncrement increment : conf.getIncrements()) {
                if (increment.isTrainable() && increment.getMatrix().equals(layer.matrix())) {
                    found.add(new Factor(i, layer.layer() + "_" + increment.keyA()));
                    found.add(new Factor(i, layer.layer() + "_" + increment.keyB()));
                }
            }
        }
        return List.copyOf(found);
    }

    static INDArray gradient(ComputationGraph graph, Factor factor) {
        return graph.gradient().getGradientFor(factor.key());
    }

    int steps() {
        return steps;
    }

    /**
     * A report of the scores as they are now.
     *
     * @param run what was run, for example data set and seed
     * @return a builder to which details can be added
     * @throws IllegalStateException if no step was seen yet
     */
    public LayerSignificance.Builder report(String run) {
        if (steps == 0) {
            throw new IllegalStateException("No step was seen yet: add this listener, then fit");
        }
        return new LayerSignificance.Builder(run, layers, scores(layers.size()))
                .method(method)
                .detail("steps", steps);
    }
}
