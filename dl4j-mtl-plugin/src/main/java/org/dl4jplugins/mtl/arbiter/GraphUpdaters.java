package org.dl4jplugins.mtl.arbiter;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** The same network with another updater. */
final class GraphUpdaters {

    private GraphUpdaters() {}

    /**
     * A copy with another updater in every layer that is trained: frozen layers and those with
     * {@link NoOp} stay as they are.
     */
    static ComputationGraph replaced(ComputationGraph graph, IUpdater updater) {
        ComputationGraphConfiguration conf = graph.getConfiguration().clone();
        if (updater != null) {
            for (GraphVertex vertex : conf.getVertices().values()) {
                if (vertex instanceof LayerVertex layer) {
                    replace(layer.getLayerConf().getLayer(), updater);
                }
            }
        }
        ComputationGraph copy = new ComputationGraph(conf);
        copy.init(graph.params().dup(), false);
        return copy;
    }

    private static void replace(Layer layer, IUpdater updater) {
        if (layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop) {
            return;
        }
        if (layer instanceof Bidirectional both) {
            replace(both.getFwd(), updater);
            replace(both.getBwd(), updater);
        } else if (layer instanceof BaseWrapperLayer wrapper) {
            replace(wrapper.getUnderlying(), updater);
        } else if (layer instanceof BaseLayer base && !(base.getIUpdater() instanceof NoOp)) {
            base.setIUpdater(updater.clone());
            base.setBiasUpdater(null);
        } else if (layer instanceof AbstractSameDiffLayer sameDiff
                && !(sameDiff.getUpdater() instanceof NoOp)) {
            sameDiff.setUpdater(updater.clone());
            sameDiff.setBiasUpdater(null);
        }
    }
}
