package org.dl4jplugins.multimodal.uvit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.GeluExact;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.ResidualAdd;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSwish;

/**
 * Adds the vertices of a U-ViT to a graph; each method returns its last vertex's name. New weights
 * are drawn as in the reference: dense layers and positions with a deviation of 0.02, the patch
 * embedding as PyTorch's convolutions, data types from the standard normal distribution.
 */
final class UViTParts {
    static final String POSITIONS = "pos_embed";
    static final String DATA_TYPES = "token_embedding";
    static final String PATCH_EMBEDDING = "patch_embed.proj";
    static final String FINAL_CONVOLUTION = "final_layer";
    private static final double DEVIATION = 0.02;

    private final GraphBuilder graph;
    private final UViTConfig c;

    UViTParts(GraphBuilder graph, UViTConfig config) {
        this.graph = graph;
        c = config;
    }

    void add() {
        String x = tokens();
        Deque<String> skips = new ArrayDeque<>();
        for (int i = 0; i < c.depth() / 2; i++) {
            x = block("in_blocks." + i, x);
            skips.push(x);
        }
        x = block("mid_block", x);
        for (int i = 0; i < c.depth() / 2; i++) {
            x = block("out_blocks." + i, skip("out_blocks." + i, x, skips.pop()));
        }
        heads(norm("norm", x));
    }

    private String tokens() {
        List<String> parts = new ArrayList<>();
        parts.add(time("time_img_embed", UViT.T_IMAGE));
        parts.add(time("time_text_embed", UViT.T_TEXT));
        if (c.dataTypes() > 0) {
            graph.addLayer(
                    DATA_TYPES,
                    new TokenEmbedding.Builder()
                            .nIn(c.dataTypes())
                            .nOut(c.width())
                            .weightInit(new NormalDistribution(0, 1))
                            .build(),
                    UViT.DATA_TYPE);
            parts.add(DATA_TYPES);
        }
        parts.add(linear("text_embed", UViT.TEXT, c.textWidth(), c.width(), true));
        if (c.clipWidth() > 0) {
            parts.add(linear("clip_img_embed", UViT.CLIP_IMAGE, c.clipWidth(), c.width(), true));
        }
        parts.add(patches());
        parts.add(positions());
        graph.addVertex("tokens", new TokenSequence(), parts.toArray(String[]::new));
        return "tokens";
    }

    private String time(String name, String input) {
        String raw = name + ".sinusoid";
        graph.addVertex(raw, new TimeEmbedding(c.width()), input);
        if (!c.timeMlp()) {
            return raw;
        }
        int inner = 4 * c.width();
        String hidden = linear(name + ".0", raw, c.width(), inner, true, new ActivationSwish());
        return linear(name + ".2", hidden, inner, c.width(), true);
    }

    private String patches() {
        graph.addVertex("patches", new Patches(c.patch()), UViT.IMAGE);
        int values = c.imageChannels() * c.patch() * c.patch();
        double bound = 1 / Math.sqrt(values);
        graph.addLayer(
                PATCH_EMBEDDING,
                new Linear.Builder()
                        .nIn(values)
                        .nOut(c.width())
                        .weightInit(new UniformDistribution(-bound, bound))
                        .build(),
                "patches");
        return PATCH_EMBEDDING;
    }

    private String positions() {
        graph.addLayer(
                POSITIONS,
                new PositionTable.Builder()
                        .tokens(c.tokensBeforePatches())
                        .grid(c.imageHeight() / c.patch(), c.imageWidth() / c.patch())
                        .patch(c.patch())
                        .nOut(c.width())
                        .weightInit(new NormalDistribution(0, DEVIATION))
                        .build(),
                UViT.IMAGE);
        return POSITIONS;
    }

    /** The long connection's end: the reference normalizes once more after it. */
    private String skip(String block, String x, String below) {
        String both = block + ".skip";
        graph.addVertex(both, new SkipConcat(), x, below);
        return norm(
                block + ".norm1",
                linear(block + ".skip_linear", both, 2 * c.width(), c.width(), true));
    }

    private String block(String name, String x) {
        String attended = norm(name + ".norm2", add(name + ".attn.add", x, attention(name, x)));
        String hidden =
                linear(name + ".mlp.fc1", attended, c.width(), c.mlpWidth(), true, new GeluExact());
        String out = linear(name + ".mlp.fc2", hidden, c.mlpWidth(), c.width(), true);
        return norm(name + ".norm3", add(name + ".mlp.add", attended, out));
    }

    private String attention(String block, String x) {
        String name = block + ".attn";
        String attended = name + ".heads";
        graph.addVertex(
                attended,
                new AttentionVertex.Builder(c.heads(), c.width() / c.heads()).build(),
                linear(name + ".q", x, c.width(), c.width(), c.qkvBias()),
                linear(name + ".k", x, c.width(), c.width(), c.qkvBias()),
                linear(name + ".v", x, c.width(), c.width(), c.qkvBias()));
        return linear(name + ".proj", attended, c.width(), c.width(), true);
    }

    private void heads(String x) {
        graph.addVertex("patch_tokens", new TokenSlice(c.tokensBeforePatches(), 0), x);
        int values = c.imageChannels() * c.patch() * c.patch();
        String decoded = linear("decoder_pred", "patch_tokens", c.width(), values, true);
        graph.addVertex("image_of_patches", new ImageOfPatches(c.patch()), decoded, UViT.IMAGE);
        loss(UViT.IMAGE_NOISE, c.finalConvolution() ? convolution() : "image_of_patches");
        if (c.clipWidth() > 0) {
            graph.addVertex("clip_token", new TokenSlice(c.tokensBeforePatches() - 1, 1), x);
            loss(
                    UViT.CLIP_NOISE,
                    linear("clip_img_out", "clip_token", c.width(), c.clipWidth(), true));
        }
        graph.addVertex("text_tokens", new TokenSlice(c.firstText(), c.textTokens()), x);
        loss(UViT.TEXT_NOISE, linear("text_out", "text_tokens", c.width(), c.textWidth(), true));
    }

    private String convolution() {
        graph.addLayer(
                FINAL_CONVOLUTION,
                new ConvolutionLayer.Builder(3, 3)
                        .nIn(c.imageChannels())
                        .nOut(c.imageChannels())
                        .convolutionMode(ConvolutionMode.Same)
                        .activation(new ActivationIdentity())
                        .build(),
                "image_of_patches");
        return FINAL_CONVOLUTION;
    }

    private void loss(String name, String in) {
        graph.addLayer(name, new NoiseLoss.Builder().build(), in);
    }

    private String add(String name, String a, String b) {
        graph.addVertex(name, new ResidualAdd(), a, b);
        return name;
    }

    private String norm(String name, String in) {
        graph.addLayer(name, new LayerNorm.Builder().width(c.width()).eps(c.normEps()).build(), in);
        return name;
    }

    private String linear(String name, String in, int from, int to, boolean bias) {
        return linear(name, in, from, to, bias, new ActivationIdentity());
    }

    private String linear(
            String name, String in, int from, int to, boolean bias, IActivation activation) {
        graph.addLayer(
                name,
                new Linear.Builder()
                        .nIn(from)
                        .nOut(to)
                        .hasBias(bias)
                        .activation(activation)
                        .weightInit(new NormalDistribution(0, DEVIATION))
                        .build(),
                in);
        return name;
    }
}
