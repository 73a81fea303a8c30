package org.dl4jplugins.align.ila;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraIncrement;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.lora.LoraNetworks;

/**
 * Uses masks on graphs with increments: train the important layers only, or see what a trained
 * graph does without some of its increments.
 *
 * <p>The paper freezes about 25 % of the layers or trains the top 10 to 30 %. The graph may be any
 * of the architecture that the mask was made for, with other base weights too: {@code
 * LoraMasks.restrict(otherModel, significance.keepMost(0.3))}.
 */
public final class LoraMasks {

    private LoraMasks() {}

    /**
     * A graph that has increments on the kept layers only; the others are frozen and cost nothing
     * beyond their forward pass, and below the lowest kept layer there is no backward pass.
     * Increments keep their values, updater state and counters start anew.
     *
     * @param lora a graph with increments on all layers that the mask is about; stays as it is
     * @param mask which layers learn
     * @return a new graph
     * @throws IllegalArgumentException if the graph's adapted layers are not those of the mask
     */
    public static ComputationGraph restrict(ComputationGraph lora, LayerMask mask) {
        mask.requireSameArchitecture(ScoreModel.requireIncrements(lora));
        List<AdaptedMatrix> kept = mask.kept();
        return LoraNetworks.restart(
                lora, layer -> layer instanceof LoraLayer l ? restricted(l, kept) : layer);
    }

    private static LoraLayer restricted(LoraLayer layer, List<AdaptedMatrix> kept) {
        Set<String> matrices =
                kept.stream()
                        .filter(k -> k.layer().equals(layer.getLayerName()))
                        .map(AdaptedMatrix::matrix)
                        .collect(Collectors.toSet());
        List<LoraIncrement> left =
                layer.getIncrements().stream()
                        .filter(i -> matrices.contains(i.getMatrix()))
                        .toList();
        return layer.toBuilder().increments(left).build();
    }

    /**
     * Sets gamma of every adapted matrix in place: 1 for kept layers, 0 for the others, from the
     * next forward pass on. Nothing is lost; {@code LayerMask.all} brings all increments back.
     *
     * @param lora a graph with increments on all layers that the mask is about
     * @param mask whose gamma is set
     * @throws IllegalArgumentException if the graph's adapted layers are not those of the mask
     */
    public static void setGamma(ComputationGraph lora, LayerMask mask) {
        List<AdaptedMatrix> layers = ScoreModel.requireIncrements(lora);
        mask.requireSameArchitecture(layers);
        for (AdaptedMatrix layer : layers) {
            LoraLayer conf = (LoraLayer) lora.getLayer(layer.layer()).conf().getLayer();
            conf.mask(layer.matrix(), mask.keeps(layer.name()) ? 1 : 0);
        }
    }
}
