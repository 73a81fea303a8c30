package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.ResidualAdd;
import org.dl4jplugins.multimodal.uvit.ImageOfPatches;
import org.dl4jplugins.multimodal.uvit.Patches;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSwish;

/**
 * Adds the vertices of a KL autoencoder to a graph; each method returns its last vertex's name.
 * Names are those of the modules in Stable Diffusion's checkpoints.
 */
final class AutoencoderParts {
    static final String MOMENTS = "quant_conv";
    static final String IMAGE = "decoder.conv_out";

    private final GraphBuilder graph;
    private final AutoencoderConfig c;

    AutoencoderParts(GraphBuilder graph, AutoencoderConfig config) {
        this.graph = graph;
        c = config;
    }

    String encoder(String images) {
        int width = c.channels();
        String x = convolution("encoder.conv_in", images, c.imageChannels(), width, 3);
        for (int size = 0; size < c.sizes(); size++) {
            String name = "encoder.down." + size;
            for (int i = 0; i < c.blocks(); i++) {
                x = block(name + ".block." + i, x, width, c.width(size));
                width = c.width(size);
            }
            if (size < c.sizes() - 1) {
                x = half(name + ".downsample", x, width);
            }
        }
        x = norm("encoder.norm_out", middle("encoder.mid", x, width), width, new ActivationSwish());
        int moments = 2 * c.latentChannels();
        x = convolution("encoder.conv_out", x, width, moments, 3);
        return convolution(MOMENTS, x, moments, moments, 1);
    }

    String decoder(String latents) {
        int width = c.width(c.sizes() - 1);
        int channels = c.latentChannels();
        String x = convolution("post_quant_conv", latents, channels, channels, 1);
        x = convolution("decoder.conv_in", x, channels, width, 3);
        x = middle("decoder.mid", x, width);
        for (int size = c.sizes() - 1; size >= 0; size--) {
            String name = "decoder.up." + size;
            for (int i = 0; i <= c.blocks(); i++) {
                x = block(name + ".block." + i, x, width, c.width(size));
                width = c.width(size);
            }
            if (size > 0) {
                x = twice(name + ".upsample", x, width);
            }
        }
        x = norm("decoder.norm_out", x, width, new ActivationSwish());
        return convolution(IMAGE, x, width, c.imageChannels(), 3);
    }

    private String middle(String name, String in, int width) {
        String x = block(name + ".block_1", in, width, width);
        return block(name + ".block_2", attention(name + ".attn_1", x, width), width, width);
    }

    private String block(String name, String in, int from, int to) {
        String x = norm(name + ".norm1", in, from, new ActivationSwish());
        x = convolution(name + ".conv1", x, from, to, 3);
        x = norm(name + ".norm2", x, to, new ActivationSwish());
        x = convolution(name + ".conv2", x, to, to, 3);
        String around = from == to ? in : convolution(name + ".nin_shortcut", in, from, to, 1);
        return add(name, around, x);
    }

    /** One head over all pixels. */
    private String attention(String name, String in, int width) {
        String normed = norm(name + ".norm", in, width, new ActivationIdentity());
        String pixels = name + ".pixels";
        graph.addVertex(pixels, new Patches(1), normed);
        String attended = name + ".attention";
        graph.addVertex(
                attended,
                new AttentionVertex.Builder(1, width).build(),
                linear(name + ".q", pixels, width),
                linear(name + ".k", pixels, width),
                linear(name + ".v", pixels, width));
        String image = name + ".image";
        String out = linear(name + ".proj_out", attended, width);
        graph.addVertex(image, new ImageOfPatches(1), out, normed);
        return add(name, in, image);
    }

    /** Stride 2, padded below and on the right only. */
    private String half(String name, String in, int width) {
        graph.addLayer(name + ".pad", new ZeroPaddingLayer.Builder(0, 1, 0, 1).build(), in);
        graph.addLayer(
                name + ".conv",
                new ConvolutionLayer.Builder(3, 3)
                        .stride(2, 2)
                        .nIn(width)
                        .nOut(width)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .activation(new ActivationIdentity())
                        .weightInit(uniform(9 * width))
                        .build(),
                name + ".pad");
        return name + ".conv";
    }

    private String twice(String name, String in, int width) {
        graph.addLayer(name + ".nearest", new Upsampling2D.Builder(2).build(), in);
        return convolution(name + ".conv", name + ".nearest", width, width, 3);
    }

    private String convolution(String name, String in, int from, int to, int kernel) {
        graph.addLayer(
                name,
                new ConvolutionLayer.Builder(kernel, kernel)
                        .nIn(from)
                        .nOut(to)
                        .convolutionMode(ConvolutionMode.Same)
                        .activation(new ActivationIdentity())
                        .weightInit(uniform(from * kernel * kernel))
                        .build(),
                in);
        return name;
    }

    private String linear(String name, String in, int width) {
        graph.addLayer(
                name,
                new Linear.Builder().nIn(width).nOut(width).weightInit(uniform(width)).build(),
                in);
        return name;
    }

    private String norm(String name, String in, int width, IActivation activation) {
        graph.addLayer(
                name,
                new GroupNorm.Builder()
                        .channels(width)
                        .groups(c.groups())
                        .activation(activation)
                        .build(),
                in);
        return name;
    }

    private String add(String name, String a, String b) {
        graph.addVertex(name, new ResidualAdd(), a, b);
        return name;
    }

    /** PyTorch's for convolutions and dense layers. */
    private static UniformDistribution uniform(int inputs) {
        double bound = 1 / Math.sqrt(inputs);
        return new UniformDistribution(-bound, bound);
    }
}
