package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

    @Test
    void bothDirectionsFromNothing() {
        ComputationGraph graph =
                UViT.create(
                        CONFIG,
                        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(3e-3)));
        ImageTextObjective objective =
                ImageTextObjective.biDiffuser(CONFIG, 1)
                        .prediction(Prediction.X0)
                        .conditionDropout(0.1)
                        .shared(true)
                        .build();
        new DiffusionTrainer.Builder(graph, step -> pairs(signs(step)), objective)
                .steps(150)
                .clip(1)
                .build()
                .run();
        BiDiffuser model =
                new BiDiffuser(graph, CONFIG, DiscreteSchedule.stableDiffusion(), Prediction.X0);
        INDArray signs = Nd4j.createFromArray(new float[] {1, -1, -1, 1}).reshape(4, 1);
        INDArray[] pairs = pairs(signs).getFeatures();
        SamplingSettings settings = new SamplingSettings.Builder().steps(9).guidance(0.2).build();
        INDArray images = model.textToImage(pairs[1], settings).latent();
        INDArray texts = model.imageToText(new ImageLatent(pairs[0]), settings);
        for (int b = 0; b < 4; b++) {
            double sign = signs.getDouble(b);
            assertEquals(sign, images.slice(b).meanNumber().doubleValue(), 0.4, "image " + b);
            assertEquals(sign, texts.slice(b).meanNumber().doubleValue(), 0.4, "text " + b);
        }
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
