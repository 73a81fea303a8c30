package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraIncrement;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.lora.LoraNetworks;
import org.dl4jplugins.align.lora.StockKind;

/**
 * The paper's second stage as a graph: theta_0 + sigmoid(s) (.) delta theta with one score s for
 * each adapted weight matrix. Weights and increments are frozen, only the scores learn.
 *
 * <p>It is trained like any graph:
 *
 * <pre>{@code
 * ScoreModel model = ScoreModel.of(loraGraph, new ScoreSettings.Builder().build());
 * model.graph().fit(iterator);
 * LayerSignificance significance = model.report("alpaca, seed 1").build();
 * }</pre>
 *
 * <p>Weights and increments are copied; base weights that are {@link
 * org.dl4jplugins.align.lora.BasePlacement#SHARED} stay shared. Layers that train fully are frozen
 * as well. A step computes no gradient of a weight or an increment and costs no more than one that
 * trains the increments.
 *
 * <p>{@link IlaTrainer} does that after the first stage, for as many steps as the settings say.
 */
public final class ScoreModel {

    private final ComputationGraph graph;
    private final List<AdaptedMatrix> layers;

    private ScoreModel(ComputationGraph graph, List<AdaptedMatrix> layers) {
        this.graph = graph;
        this.layers = layers;
    }

    /**
     * Makes the graph of the second stage. The given graph stays as it is; penalty and bound, if
     * any, are listeners of the new one.
     *
     * @param lora a graph with increments; its mask gamma, if set, is multiplied by sigmoid(s)
     * @param settings where scores start and how they move
     * @return the model
     * @throws IllegalArgumentException if the graph has no increments
     */
    public static ScoreModel of(ComputationGraph lora, ScoreSettings settings) {
        List<AdaptedMatrix> layers = requireIncrements(lora);
        ComputationGraph graph = LoraNetworks.restart(lora, layer -> scored(layer, settings));
        List<String> keys = new ArrayList<>();
        for (AdaptedMatrix layer : layers) {
            String key = key(layer);
            graph.getParam(key).assign(settings.initialScore());
            keys.add(key);
        }
        if (settings.penalty() > 0 || settings.bound().isPresent()) {
            graph.addListeners(new CardinalityListener(settings, List.copyOf(keys)));
        }
        return new ScoreModel(graph, layers);
    }

    /** A layer of which at most the scores learn. */
    private static LoraLayer scored(Layer trained, ScoreSettings settings) {
        if (!(trained instanceof LoraLayer layer)) {
            return new LoraLayer.Builder(trained, new StockKind()).build();
        }
        List<LoraIncrement> frozen =
                layer.getIncrements().stream()
                        .map(increment -> increment.toBuilder().trainable(false).build())
                        .toList();
        LoraLayer.Builder builder = layer.toBuilder().increments(frozen).trained(List.of());
        return frozen.isEmpty()
                ? builder.build()
                : builder.scores(settings.initialScore()).updater(settings.updater()).build();
    }

    static List<AdaptedMatrix> requireIncrements(ComputationGraph graph) {
        List<AdaptedMatrix> layers = AdaptedMatrix.of(graph);
        Ensure.that(
                !layers.isEmpty(),
                "graph: no layer has increments, right is a graph from LoraTransformer");
        return layers;
    }

    private static String key(AdaptedMatrix layer) {
        return layer.layer() + "_" + LoraLayer.scoreKey(layer.matrix());
    }

    /** {@return the graph in which only the scores learn} */
    public ComputationGraph graph() {
        return graph;
    }

    /** {@return the scored layers in the network's order} */
    public List<AdaptedMatrix> layers() {
        return layers;
    }

    /** {@return the scores s as they are now, [layer]} */
    public double[] scores() {
        return layers.stream().mapToDouble(l -> graph.getParam(key(l)).getDouble(0)).toArray();
    }

    /**
     * A report of the scores as they are now.
     *
     * @param run what was run, for example data set and seed
     * @return a builder to which details can be added
     */
    public LayerSignificance.Builder report(String run) {
        return new LayerSignificance.Builder(run, layers, scores())
                .detail("steps of the scores", graph.getIterationCount());
    }
}
