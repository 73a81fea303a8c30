package org.dl4jplugins.align.preference;

import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraNetworks;
import org.dl4jplugins.align.transformer.TokenLossLayer;

/**
 * Preference tuning as a second objective of a language model.
 *
 * <pre>{@code
 * ComputationGraph tuned = PreferenceTuning.of(loraGraph, 0.1);
 * tuned.fit(ReferenceIterator.adaptersOff(pairs, tuned), epochs);
 * ComputationGraph model = PreferenceTuning.languageModel(tuned);
 * }</pre>
 *
 * <p>Both ways make a new graph: parameters are copied by name, weights outside the parameter array
 * ({@code BasePlacement.SHARED}) stay shared, the updater's state and the counters of iterations
 * and epochs are kept, listeners are not.
 */
public final class PreferenceTuning {
    private PreferenceTuning() {}

    /**
     * A graph that learns preferences.
     *
     * @param languageModel whose output is a {@link TokenLossLayer}, with LoRA or without; it is
     *     not changed
     * @param beta how strongly the model is held to the reference, above 0; 0.1 is usual
     * @return a new graph with a {@link PreferenceLossLayer} in the same place
     * @throws IllegalArgumentException if the graph has other outputs
     * @throws org.deeplearning4j.exception.DL4JInvalidConfigException if beta is not above 0
     */
    public static ComputationGraph of(ComputationGraph languageModel, double beta) {
        return of(languageModel, new PreferenceLossLayer.Builder().beta(beta).build());
    }

    /**
     * A graph that learns preferences.
     *
     * @param languageModel whose output is a {@link TokenLossLayer}; it is not changed
     * @param loss the settings of the loss
     * @return a new graph with this loss in the same place
     * @throws IllegalArgumentException if the graph has other outputs
     */
    public static ComputationGraph of(ComputationGraph languageModel, PreferenceLossLayer loss) {
        return replace(languageModel, TokenLossLayer.class, loss.clone());
    }

    /**
     * The way back: a language model with the default {@link TokenLossLayer}.
     *
     * @param tuned a graph with a {@link PreferenceLossLayer}; it is not changed
     * @return a new graph
     * @throws IllegalArgumentException if the graph has other outputs
     */
    public static ComputationGraph languageModel(ComputationGraph tuned) {
        return replace(tuned, PreferenceLossLayer.class, new TokenLossLayer.Builder().build());
    }

    private static ComputationGraph replace(
            ComputationGraph graph, Class<? extends Layer> expected, Layer loss) {
        var outputs = graph.getConfiguration().getNetworkOutputs();
        var layer = graph.getLayer(outputs.get(0));
        if (outputs.size() != 1 || layer == null || !expected.isInstance(conf(layer))) {
            throw new IllegalArgumentException(
                    "graph must have a "
                            + expected.getSimpleName()
                            + " as its only output, got "
                            + outputs
                            + (layer == null ? "" : ", the first of which is a " + conf(layer)));
        }
        return LoraNetworks.replaceLoss(graph, outputs.get(0), loss);
    }

    private static Layer conf(org.deeplearning4j.nn.api.Layer layer) {
        return layer.conf().getLayer();
    }
}
