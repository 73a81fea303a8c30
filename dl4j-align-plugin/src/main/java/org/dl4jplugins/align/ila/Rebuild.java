package org.dl4jplugins.align.ila;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.lora.StockKind;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A LoRA graph once more, its layers changed, with the same values and new counters. */
final class Rebuild {

    private Rebuild() {}

    /** With other LoRA layers; layers that train fully go on doing so. */
    static ComputationGraph with(ComputationGraph lora, UnaryOperator<LoraLayer> change) {
        return with(lora, change, false);
    }

    /** With other LoRA layers; all others are frozen. */
    static ComputationGraph frozen(ComputationGraph lora, UnaryOperator<LoraLayer> change) {
        return with(lora, change, true);
    }

    private static ComputationGraph with(
            ComputationGraph lora, UnaryOperator<LoraLayer> change, boolean freeze) {
        // Through JSON: clone() of a merge vertex forgets its axis.
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(lora.getConfiguration().toJson());
        conf.setIterationCount(0);
        conf.setEpochCount(0);
        conf.getVertices()
                .forEach(
                        (name, vertex) -> {
                            if (vertex instanceof LayerVertex layer) {
                                change(lora.getLayer(name), layer.getLayerConf(), change, freeze);
                            }
                        });
        skipNeedlessGradients(lora, conf);
        long parameters =
                conf.getVertices().values().stream().mapToLong(v -> v.numParams(true)).sum();
        ComputationGraph graph = new ComputationGraph(conf);
        graph.init(Nd4j.create(lora.params().dataType(), 1, parameters), false);
        for (Layer layer : graph.getLayers()) {
            copy(lora.getLayer(layer.conf().getLayer().getLayerName()), layer);
        }
        return graph;
    }

    private static void change(
            Layer from,
            NeuralNetConfiguration to,
            UnaryOperator<LoraLayer> change,
            boolean freeze) {
        if (from.conf().getLayer() instanceof LoraLayer increments) {
            to.setLayer(change.apply(increments.clone()));
        } else if (freeze && from.numParams() > 0) {
            to.setLayer(new LoraLayer.Builder(to.getLayer(), new StockKind()).build());
        }
    }

    /** Where nothing below learns no one needs the gradient of the input. */
    private static void skipNeedlessGradients(
            ComputationGraph lora, ComputationGraphConfiguration conf) {
        Set<String> needed = new HashSet<>();
        for (int index : lora.topologicalSortOrder()) {
            String name = lora.getVertices()[index].getVertexName();
            GraphVertex vertex = conf.getVertices().get(name);
            if (vertex == null) {
                continue;
            }
            boolean below = conf.getVertexInputs().get(name).stream().anyMatch(needed::contains);
            boolean learns = vertex.numParams(true) > 0;
            if (vertex instanceof LayerVertex layer
                    && layer.getLayerConf().getLayer() instanceof LoraLayer increments) {
                layer.getLayerConf().setLayer(increments.toBuilder().inputGradient(below).build());
                learns = learns(increments);
            }
            if (below || learns) {
                needed.add(name);
            }
        }
    }

    private static boolean learns(LoraLayer layer) {
        return !layer.getTrained().isEmpty()
                || layer.isScores()
                || layer.getIncrements().stream().anyMatch(i -> i.isTrainable());
    }

    private static void copy(Layer from, Layer to) {
        for (Map.Entry<String, INDArray> parameter : to.paramTable().entrySet()) {
            INDArray value = from.paramTable().get(parameter.getKey());
            if (value != null) {
                parameter.getValue().assign(value);
            }
        }
    }
}
