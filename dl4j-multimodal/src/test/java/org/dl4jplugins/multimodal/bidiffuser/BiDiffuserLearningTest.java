package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.DiscreteSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionTrainer;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Two kinds of pairs: bright images with one text, dark images with the other. */
class BiDiffuserLearningTest {
    private static final UViTConfig CONFIG =
            new UViTConfig.Builder()
                    .image(1, 4, 4)
                    .patch(2)
                    .width(32)
                    .depth(2)
                    .heads(4)
                    .mlpRatio(2)
                    .text(1, 4)
                    .dataTypes(0)
                    .build();

    /** Of 16 pairs, bright and dark in turn. */
    private static final INDArray SIGNS =
            Nd4j.tile(Nd4j.createFromArray(new float[][] {{1}, {-1}}), 8, 1);

    @Test
    void bothDirectionsFromNothing() {
        BiDiffuser model =
                trained(
                        ImageTextObjective.biDiffuser(CONFIG, 1).conditionDropout(0.1).shared(true),
                        150);
        assertTrue(rightImages(model, settings(0.2)) >= 14);
        assertTrue(rightTexts(model, settings(0.2)) >= 14);
    }

    /** One objective for all: each modality given the other, alone, and both together. */
    @Test
    void everyDirectionFromNothingByUniDiffusersObjective() {
        BiDiffuser model = trained(ImageTextObjective.uniDiffuser(CONFIG), 300);
        SamplingSettings settings = settings(0);
        assertTrue(rightImages(model, settings) >= 14);
        assertTrue(rightTexts(model, settings) >= 14);
        ImageText pairs = model.joint(16, settings);
        INDArray images = pairs.image().latent().mean(1, 2, 3);
        INDArray texts = pairs.text().mean(1, 2);
        assertEquals(16, near(images, texts));
        assertEquals(16, near(images, Transforms.sign(images, true)));
        INDArray bright = model.image(16, settings).latent().mean(1, 2, 3);
        assertTrue(near(bright, Transforms.sign(bright, true)) >= 14);
        int count = bright.gt(0).castTo(DataType.INT32).sumNumber().intValue();
        assertTrue(count >= 3 && count <= 13, count + " of 16 are bright");
    }

    private static int rightImages(BiDiffuser model, SamplingSettings settings) {
        INDArray text = pairs(SIGNS).getFeatures(1);
        return near(SIGNS, model.textToImage(text, settings).latent().mean(1, 2, 3));
    }

    private static int rightTexts(BiDiffuser model, SamplingSettings settings) {
        ImageLatent image = new ImageLatent(pairs(SIGNS).getFeatures(0));
        return near(SIGNS, model.imageToText(image, settings).mean(1, 2));
    }

    private static int near(INDArray expected, INDArray actual) {
        int near = 0;
        for (int i = 0; i < 16; i++) {
            near += Math.abs(expected.getDouble(i) - actual.getDouble(i)) < 0.4 ? 1 : 0;
        }
        return near;
    }

    private static SamplingSettings settings(double guidance) {
        return new SamplingSettings.Builder().steps(9).guidance(guidance).build();
    }

    private static BiDiffuser trained(ImageTextObjective.Builder objective, int steps) {
        ComputationGraph graph =
                UViT.create(
                        CONFIG,
                        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(3e-3)));
        new DiffusionTrainer.Builder(
                        graph,
                        step -> pairs(signs(step)),
                        objective.prediction(Prediction.X0).build())
                .steps(steps)
                .clip(1)
                .build()
                .run();
        return new BiDiffuser(graph, CONFIG, DiscreteSchedule.stableDiffusion(), Prediction.X0);
    }

    private static INDArray signs(long step) {
        NoiseSource random = new NoiseSource(1, step);
        INDArray signs = Nd4j.create(DataType.FLOAT, 32, 1);
        for (int b = 0; b < 32; b++) {
            signs.putScalar(b, 0, 2 * random.below(2) - 1);
        }
        return signs;
    }

    private static MultiDataSet pairs(INDArray signs) {
        long batch = signs.size(0);
        INDArray image = signs.reshape('c', batch, 1, 1, 1).broadcast(batch, 1, 4, 4).dup('c');
        INDArray text = signs.reshape('c', batch, 1, 1).broadcast(batch, 1, 4).dup('c');
        return new MultiDataSet(new INDArray[] {image, text}, null);
    }
}
