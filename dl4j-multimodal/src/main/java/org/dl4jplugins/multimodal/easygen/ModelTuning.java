package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.Adapters;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.lora.LoraMerge;
import org.dl4jplugins.align.lora.LoraNetworks;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.nd4j.linalg.learning.config.IUpdater;

/** Graphs in which a projection learns, and of the language model what a tuning says. */
final class ModelTuning {
    private ModelTuning() {}

    static ComputationGraph apply(
            ComputationGraph graph,
            LanguageGraph language,
            ProjectionConfig projection,
            Tuning tuning,
            IUpdater updater) {
        ComputationGraph plain =
                LoraNetworks.restructure(
                        plain(graph),
                        conf -> {
                            removeMatch(conf);
                            if (tuning.matching() > 0) {
                                new ProjectionParts(conf, language, projection, updater)
                                        .addMatch(tuning.matching());
                            }
                            update(conf, updater);
                        });
        Set<String> learning = Set.copyOf(ProjectionParts.layers(projection));
        if (tuning.isFull()) {
            return plain;
        }
        if (tuning.lora() == null) {
            return LoraNetworks.freeze(plain, learning::contains);
        }
        List<String> saved = new ArrayList<>(tuning.lora().modulesToSave());
        saved.addAll(ProjectionParts.layers(projection));
        LoraConfig.Builder lora =
                tuning.lora().toBuilder().modulesToSave(saved.toArray(new String[0]));
        if (tuning.lora().updater() == null) {
            lora.updater(updater);
        }
        return new LoraTransformer.Builder(plain).config(lora.build()).build().transform();
    }

    /** A graph without frozen layers and adapters, those in effect merged. */
    static ComputationGraph plain(ComputationGraph graph) {
        boolean wrapped = false;
        for (Layer layer : graph.getLayers()) {
            wrapped |= layer.conf().getLayer() instanceof LoraLayer;
        }
        if (!wrapped) {
            return graph;
        }
        return Adapters.of(graph).active().isEmpty()
                ? LoraMerge.unload(graph)
                : LoraMerge.merge(graph);
    }

    private static void removeMatch(ComputationGraphConfiguration conf) {
        conf.getVertices().remove(ProjectionParts.MATCH);
        conf.getVertexInputs().remove(ProjectionParts.MATCH);
        conf.setNetworkOutputs(new ArrayList<>(List.of(LanguageGraph.LOGITS)));
    }

    private static void update(ComputationGraphConfiguration conf, IUpdater updater) {
        for (GraphVertex vertex : conf.getVertices().values()) {
            if (vertex instanceof LayerVertex layer
                    && layer.getLayerConf().getLayer() instanceof BaseLayer base) {
                base.setIUpdater(updater.clone());
            }
        }
    }
}
