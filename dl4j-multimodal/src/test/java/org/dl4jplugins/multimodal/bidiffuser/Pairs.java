package org.dl4jplugins.multimodal.bidiffuser;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.uvit.TinyUViT;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Small models and random pairs of images and texts. */
final class Pairs {
    static final UViTConfig CONFIG =
            new UViTConfig.Builder()
                    .image(2, 4, 4)
                    .patch(2)
                    .width(16)
                    .depth(2)
                    .heads(2)
                    .text(3, 4)
                    .clipWidth(5)
                    .build();
    static final UViTConfig PLAIN =
            new UViTConfig.Builder(CONFIG).clipWidth(0).dataTypes(0).build();

    private Pairs() {}

    static INDArray text(long seed, long batch) {
        return new NoiseSource(seed).normal(DataType.FLOAT, batch, 3, 4);
    }

    static ImageLatent image(long seed, long batch) {
        NoiseSource random = new NoiseSource(seed);
        return new ImageLatent(
                random.normal(DataType.FLOAT, batch, 2, 4, 4),
                random.normal(DataType.FLOAT, batch, 1, 5));
    }

    static MultiDataSet batch(long seed, long batch) {
        ImageLatent image = image(seed, batch);
        return new MultiDataSet(
                new INDArray[] {image.latent(), image.clip(), text(seed + 1, batch)}, null);
    }

    /** Weights large enough that conditions matter. */
    static ComputationGraph graph(UViTConfig config) {
        ComputationGraph graph = UViT.create(config, TinyUViT.training(DataType.FLOAT));
        INDArray noise = new NoiseSource(8).normal(DataType.FLOAT, graph.params().shape());
        graph.params().addi(noise.muli(0.2));
        return graph;
    }
}
