package org.dl4jplugins.align.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.nd4j.linalg.api.buffer.DataType;

/** Tiny untrained models with a further input "image", [batch, n, {@link #WIDTH}]. */
final class ImageModels {
    static final int WIDTH = 5;
    private static final int HIDDEN = 8;

    private ImageModels() {}

    /** A decoder with images in the places that prompts keep for them. */
    static ComputationGraph llama() {
        return places(Models.llama(), "model.embed_tokens", 8);
    }

    /** An encoder with images in the places that prompts keep for them. */
    static ComputationGraph t5() {
        return places(Models.t5(), "shared", 1.5);
    }

    /** A decoder that reads nothing but images: they replace the encoder's output. */
    static ComputationGraph t5OnImages() {
        ComputationGraphConfiguration conf = withImage(Models.t5());
        replace(conf, "encoder.final_layer_norm", "projection");
        return graph(conf, 1.5);
    }

    private static ComputationGraph places(ComputationGraph text, String embedding, double scale) {
        ComputationGraphConfiguration conf = withImage(text);
        replace(conf, embedding, "places");
        conf.getVertices().put("places", new Placeholders());
        conf.getVertexInputs().put("places", List.of(embedding, "input_ids", "projection"));
        return graph(conf, scale);
    }

    private static ComputationGraphConfiguration withImage(ComputationGraph text) {
        ComputationGraphConfiguration conf = text.getConfiguration().clone();
        ComputationGraphConfiguration projection =
                new NeuralNetConfiguration.Builder()
                        .dataType(DataType.DOUBLE)
                        .graphBuilder()
                        .addInputs("image")
                        .addLayer(
                                "projection",
                                new Linear.Builder()
                                        .nIn(WIDTH)
                                        .nOut(HIDDEN)
                                        .weightInit(new NormalDistribution(0, 0.1))
                                        .build(),
                                "image")
                        .setOutputs("projection")
                        .build();
        GraphVertex vertex = projection.getVertices().get("projection");
        conf.getVertices().put("projection", vertex);
        conf.getVertexInputs().put("projection", List.of("image"));
        conf.getNetworkInputs().add("image");
        return conf;
    }

    private static void replace(ComputationGraphConfiguration conf, String from, String to) {
        for (Map.Entry<String, List<String>> inputs : conf.getVertexInputs().entrySet()) {
            List<String> names = new ArrayList<>(inputs.getValue());
            names.replaceAll(name -> name.equals(from) ? to : name);
            inputs.setValue(names);
        }
    }

    private static ComputationGraph graph(ComputationGraphConfiguration conf, double scale) {
        conf.setTopologicalOrder(null);
        conf.setTopologicalOrderStr(null);
        ComputationGraph graph = new ComputationGraph(conf);
        graph.init();
        graph.params().muli(scale); // logits that differ clearly
        return graph;
    }
}
