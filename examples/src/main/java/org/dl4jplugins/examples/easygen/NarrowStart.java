package org.dl4jplugins.examples.easygen;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * First weights of a narrow U-ViT. The published deviation of 0.02 suits its width of 1536; at a
 * tenth of that attention starts out even, and positions weigh so little beside pixels that places
 * are learned last.
 */
final class NarrowStart {

    private static final double PUBLISHED_WIDTH = 1536;
    private static final double POSITION_FACTOR = 20;

    private NarrowStart() {}

    /**
     * Widens the deviations of dense layers to those of the published width, and that of positions.
     *
     * @param graph a new U-ViT, which is changed
     * @param width of its tokens
     */
    static void apply(ComputationGraph graph, int width) {
        double factor = Math.sqrt(PUBLISHED_WIDTH / width);
        for (Layer layer : graph.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (name.equals("pos_embed")) {
                layer.params().muli(POSITION_FACTOR);
            } else if (!name.equals("patch_embed.proj")) {
                INDArray weights = layer.paramTable().get("W");
                if (weights != null) {
                    weights.muli(factor);
                }
            }
        }
    }
}
