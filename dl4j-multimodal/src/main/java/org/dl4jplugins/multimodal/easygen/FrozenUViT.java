package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.ConvolutionKind;
import org.dl4jplugins.align.lora.EmbeddingKind;
import org.dl4jplugins.align.lora.LinearKind;
import org.dl4jplugins.align.lora.LoraKind;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.lora.StockKind;
import org.dl4jplugins.align.lora.WeightSource;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.uvit.UViT;

/**
 * Adds a frozen U-ViT, as far as its images need it, to a graph that makes its text latent. Its
 * weights stay where they are, in the diffusion model's own array: they take no memory here, no
 * gradient and no updater can reach them.
 */
final class FrozenUViT {
    static final String PREFIX = "bidiffuser.";
    private static final List<LoraKind> KINDS =
            List.of(new LinearKind(), new EmbeddingKind(), new ConvolutionKind(), new StockKind());
    private static final String NARROW = "encode_prefix";

    private final BiDiffuser model;
    private final CaptionModel captions;
    private final List<String> outputs;
    private final List<String> inputs;

    /**
     * Around a diffusion model.
     *
     * @param captions whose projection makes text latents of states, or null if states are latents
     */
    FrozenUViT(BiDiffuser model, CaptionModel captions) {
        this.model = model;
        this.captions = captions;
        outputs =
                UViT.outputs(model.config()).stream()
                        .filter(name -> !name.equals(UViT.TEXT_NOISE))
                        .toList();
        inputs =
                UViT.inputs(model.config()).stream()
                        .filter(name -> !name.equals(UViT.TEXT))
                        .toList();
    }

    /** Names of the graph's inputs, in the order of the U-ViT, without the text. */
    List<String> inputs() {
        return inputs.stream().map(PREFIX::concat).toList();
    }

    /** Names of the outputs: the image's noise, and the image embedding's if there is one. */
    List<String> outputs() {
        return outputs.stream().map(PREFIX::concat).toList();
    }

    /** Adds everything above a condition [batch, tokens, state width]; inputs are there already. */
    void addTo(GraphBuilder graph, String condition) {
        ComputationGraphConfiguration configuration = model.graph().getConfiguration().clone();
        String text = condition;
        if (captions != null) {
            text = PREFIX + NARROW;
            Layer narrow =
                    layer(captions.graph().getConfiguration().clone().getVertices().get(NARROW));
            graph.addLayer(text, frozen(NARROW, narrow), condition);
        }
        Map<String, List<String>> below = configuration.getVertexInputs();
        Set<String> needed = needed(below);
        for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
            String name = entry.getKey();
            if (needed.contains(name)) {
                add(graph, name, entry.getValue(), names(below.get(name), text));
            }
        }
    }

    private static String[] names(List<String> inputs, String text) {
        return inputs.stream()
                .map(name -> name.equals(UViT.TEXT) ? text : PREFIX + name)
                .toArray(String[]::new);
    }

    private Set<String> needed(Map<String, List<String>> below) {
        Set<String> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(outputs);
        while (!open.isEmpty()) {
            String name = open.pop();
            if (needed.add(name)) {
                open.addAll(below.getOrDefault(name, List.of()));
            }
        }
        return needed;
    }

    private static void add(GraphBuilder graph, String name, GraphVertex vertex, String[] inputs) {
        if (vertex instanceof LayerVertex layerVertex) {
            graph.addLayer(
                    PREFIX + name,
                    frozen(name, layer(vertex)),
                    layerVertex.getPreProcessor(),
                    inputs);
        } else {
            graph.addVertex(PREFIX + name, vertex, inputs);
        }
    }

    private static Layer layer(GraphVertex vertex) {
        return ((LayerVertex) vertex).getLayerConf().getLayer();
    }

    private static Layer frozen(String name, Layer layer) {
        if (layer instanceof LoraLayer) {
            throw new IllegalArgumentException(
                    "bidiffuser must be a U-ViT without adapters, got one with LoRA on "
                            + name
                            + ": merge it with LoraMerge first");
        }
        if (layer.initializer().numParams(layer) == 0) {
            return layer;
        }
        LoraKind kind = KINDS.stream().filter(k -> k.handles(layer)).findFirst().orElseThrow();
        return new LoraLayer.Builder(layer, kind).placement(BasePlacement.SHARED).build();
    }

    /** Where the frozen weights are, by the names of the joined graph. */
    WeightSource weights() {
        return (layer, key) -> {
            if (!layer.startsWith(PREFIX)) {
                return null;
            }
            String name = layer.substring(PREFIX.length());
            return (name.equals(NARROW) && captions != null ? captions.graph() : model.graph())
                    .getLayer(name)
                    .getParam(key);
        };
    }
}
