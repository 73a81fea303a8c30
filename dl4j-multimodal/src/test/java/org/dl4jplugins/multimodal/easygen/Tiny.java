package org.dl4jplugins.multimodal.easygen;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.T5Config;
import org.dl4jplugins.multimodal.data.WordTokenizer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Small models that read two-token images of nine kinds: a color and a shape. */
final class Tiny {
    static final List<String> COLORS = List.of("red", "green", "blue");
    static final List<String> SHAPES = List.of("circle", "square", "triangle");
    static final ProjectionConfig PROJECTION =
            new ProjectionConfig.Builder(2, 5).hiddenWidth(16).build();
    static final String DESCRIBE = "describe the image .";

    private Tiny() {}

    static HfTokenizer tokenizer() {
        return WordTokenizer.of(
                List.of(
                        "red",
                        "green",
                        "blue",
                        "circle",
                        "square",
                        "triangle",
                        "a",
                        "user",
                        "assistant",
                        "describe",
                        "the",
                        "image",
                        "what",
                        "color",
                        "shape",
                        "is",
                        "it",
                        "two",
                        "and"),
                List.of("<Img>", "</Img>", "<image>"));
    }

    static ModelOptions options(DataType type) {
        return new ModelOptions.Builder()
                .seed(5)
                .dataType(type)
                .dropout(false)
                .updater(new Adam(3e-3))
                .build();
    }

    static ComputationGraph llama(DataType type) {
        HfConfig config =
                new LlamaConfig.Builder(size())
                        .hiddenSize(24)
                        .intermediateSize(32)
                        .blocks(1)
                        .heads(2)
                        .maxPositions(64)
                        .padToken(0)
                        .build();
        return ModelFamilies.standard().init(config, options(type));
    }

    static ComputationGraph t5(DataType type) {
        HfConfig config =
                new T5Config.Builder(size())
                        .hiddenSize(24)
                        .heads(2, 12)
                        .intermediateSize(32)
                        .blocks(1)
                        .dropout(0)
                        .build();
        return ModelFamilies.standard().init(config, options(type));
    }

    private static int size() {
        try (HfTokenizer tokenizer = tokenizer()) {
            return tokenizer.vocabularySize();
        }
    }

    /** Latents of all nine kinds, [9, 2, 5]: a token for the color, one for the shape. */
    static INDArray prototypes() {
        return latents(1, 1, 0);
    }

    /** Noisy latents of all nine kinds, each several times: kind k at k, k + 9, ... */
    static INDArray latents(int times, long seed) {
        return latents(times, seed, 0.1f);
    }

    private static INDArray latents(int times, long seed, float deviation) {
        Random prototypes = new Random(1);
        float[][] kinds = new float[6][5];
        for (float[] kind : kinds) {
            for (int j = 0; j < 5; j++) {
                kind[j] = (float) prototypes.nextGaussian();
            }
        }
        Random noise = new Random(seed);
        float[][][] all = new float[9 * times][2][5];
        for (int i = 0; i < all.length; i++) {
            for (int j = 0; j < 5; j++) {
                all[i][0][j] = kinds[i % 9 / 3][j] + deviation * (float) noise.nextGaussian();
                all[i][1][j] = kinds[3 + i % 3][j] + deviation * (float) noise.nextGaussian();
            }
        }
        return Nd4j.createFromArray(all);
    }

    static String color(int image) {
        return COLORS.get(image % 9 / 3);
    }

    static String shape(int image) {
        return SHAPES.get(image % 3);
    }

    static String caption(int image) {
        return "a " + color(image) + " " + shape(image);
    }
}
