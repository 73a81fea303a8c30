package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.dl4jplugins.align.transformer.Activations;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.PositionEmbedding;
import org.dl4jplugins.align.transformer.ResidualAdd;
import org.dl4jplugins.align.transformer.SequencePooling;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.multimodal.uvit.Patches;
import org.dl4jplugins.multimodal.uvit.PositionTable;
import org.dl4jplugins.multimodal.uvit.TokenSequence;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Adds CLIP's vertices to a graph, named after Hugging Face's modules; each method returns its last
 * vertex's name. New weights are drawn as in CLIP's code.
 */
final class ClipParts {
    static final String IMAGE = "image";
    static final String IDS = "input_ids";
    static final String STATES = "text_model.final_layer_norm";
    static final String PICTURE = "visual_projection";
    static final String TEXT = "text_projection";
    private static final double DEVIATION = 0.02;

    private final GraphBuilder graph;
    private final ClipConfig c;

    private ClipParts(GraphBuilder graph, ClipConfig config) {
        this.graph = graph;
        c = config;
    }

    static ComputationGraphConfiguration image(
            ClipConfig config, NeuralNetConfiguration.Builder training) {
        ClipParts parts = new ClipParts(training.graphBuilder().addInputs(IMAGE), config);
        return parts.graph.setOutputs(parts.picture()).build();
    }

    static ComputationGraphConfiguration text(
            ClipConfig config, NeuralNetConfiguration.Builder training) {
        ClipParts parts = new ClipParts(training.graphBuilder().addInputs(IDS), config);
        return parts.graph.setOutputs(STATES, parts.text()).build();
    }

    static ComputationGraphConfiguration both(
            ClipConfig config, double temperature, NeuralNetConfiguration.Builder training) {
        ClipParts parts = new ClipParts(training.graphBuilder().addInputs(IMAGE, IDS), config);
        parts.graph
                .addVertex("pairs", new MergeVertex(), parts.picture(), parts.text())
                .addLayer("cosines", new PairSimilarity(), "pairs")
                .addLayer(
                        "logit_scale",
                        new LogitScale.Builder().temperature(temperature).build(),
                        "cosines")
                .addLayer("logits", new ContrastiveLoss(), "logit_scale");
        return parts.graph.setOutputs("logits").build();
    }

    private String picture() {
        int width = c.vision().width();
        String name = "vision_model.embeddings.";
        graph.addVertex(name + "patches", new Patches(c.patch()), IMAGE);
        int values = 3 * c.patch() * c.patch();
        String patches = name + "patch_embedding";
        linear(patches, name + "patches", values, width, false, DEVIATION, identity());
        graph.addLayer(
                name + "class_embedding",
                new ClassToken.Builder()
                        .nOut(width)
                        .weightInit(new NormalDistribution(0, 1 / Math.sqrt(width)))
                        .build(),
                patches);
        int side = c.imageSize() / c.patch();
        graph.addLayer(
                name + "position_embedding",
                new PositionTable.Builder()
                        .tokens(1)
                        .grid(side, side)
                        .patch(c.patch())
                        .nOut(width)
                        .weightInit(new NormalDistribution(0, DEVIATION))
                        .build(),
                IMAGE);
        graph.addVertex(
                "vision_model.embeddings",
                new TokenSequence(),
                name + "class_embedding",
                name + "position_embedding");
        String x = norm("vision_model.pre_layrnorm", "vision_model.embeddings", width);
        x = blocks("vision_model.encoder.layers.", x, c.vision(), false);
        x = pool("vision_model.first", x, SequencePooling.Mode.FIRST);
        x = norm("vision_model.post_layernorm", x, width);
        return projection(PICTURE, x, width);
    }

    private String text() {
        int width = c.text().width();
        String name = "text_model.embeddings.";
        graph.addLayer(
                name + "token_embedding",
                new TokenEmbedding.Builder()
                        .nIn(c.vocabulary())
                        .nOut(width)
                        .weightInit(new NormalDistribution(0, DEVIATION))
                        .build(),
                IDS);
        graph.addLayer(
                name + "position_embedding",
                new PositionEmbedding.Builder()
                        .maxPositions(c.positions())
                        .nIn(width)
                        .nOut(width)
                        .weightInit(new NormalDistribution(0, DEVIATION / 2))
                        .build(),
                name + "token_embedding");
        String x =
                blocks("text_model.encoder.layers.", name + "position_embedding", c.text(), true);
        x = norm(STATES, x, width);
        return projection(TEXT, pool("text_model.end", x, SequencePooling.Mode.LAST), width);
    }

    private String blocks(String name, String in, ClipTower tower, boolean causal) {
        String x = in;
        for (int i = 0; i < tower.layers(); i++) {
            x = block(name + i, x, tower, causal);
        }
        return x;
    }

    private String block(String name, String in, ClipTower t, boolean causal) {
        double inner = 1 / Math.sqrt(2.0 * t.width());
        double outer = 1 / Math.sqrt(2.0 * t.width() * t.layers());
        String normed = norm(name + ".layer_norm1", in, t.width());
        String attention = name + ".self_attn";
        graph.addVertex(
                attention,
                new AttentionVertex.Builder(t.heads(), t.width() / t.heads())
                        .causal(causal)
                        .build(),
                linear(attention + ".q_proj", normed, t.width(), outer),
                linear(attention + ".k_proj", normed, t.width(), outer),
                linear(attention + ".v_proj", normed, t.width(), outer));
        String attended =
                linear(attention + ".out_proj", attention, t.width(), outer * Math.sqrt(2));
        String middle = add(attention + ".residual", in, attended);
        String hidden = norm(name + ".layer_norm2", middle, t.width());
        IActivation activation = Activations.byName("quick_gelu");
        linear(name + ".mlp.fc1", hidden, t.width(), t.inner(), true, inner, activation);
        linear(name + ".mlp.fc2", name + ".mlp.fc1", t.inner(), t.width(), true, outer, identity());
        return add(name, middle, name + ".mlp.fc2");
    }

    private String projection(String name, String in, int width) {
        double deviation = 1 / Math.sqrt(width);
        return linear(name, in, width, c.projection(), false, deviation, identity());
    }

    private String linear(String name, String in, int width, double deviation) {
        return linear(name, in, width, width, true, deviation, identity());
    }

    private String linear(
            String name,
            String in,
            int from,
            int to,
            boolean bias,
            double deviation,
            IActivation activation) {
        graph.addLayer(
                name,
                new Linear.Builder()
                        .nIn(from)
                        .nOut(to)
                        .hasBias(bias)
                        .activation(activation)
                        .weightInit(new NormalDistribution(0, deviation))
                        .build(),
                in);
        return name;
    }

    private static IActivation identity() {
        return new ActivationIdentity();
    }

    private String norm(String name, String in, int width) {
        graph.addLayer(name, new LayerNorm.Builder().width(width).eps(1e-5).build(), in);
        return name;
    }

    private String pool(String name, String in, SequencePooling.Mode mode) {
        graph.addLayer(name, new SequencePooling.Builder().mode(mode).build(), in);
        return name;
    }

    private String add(String name, String a, String b) {
        graph.addVertex(name, new ResidualAdd(), a, b);
        return name;
    }
}
