package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class NoisedIteratorTest {

    private static NoisedIterator iterator() {
        ImageTextObjective objective = ImageTextObjective.biDiffuser(Pairs.CONFIG, 1).build();
        MultiDataSetIterator clean = new Batches(List.of(Pairs.batch(1, 3), Pairs.batch(2, 3)));
        return new NoisedIterator(clean, objective, 7);
    }

    @Test
    void noiseFollowsFromSeedAndStep() {
        NoisedIterator first = iterator();
        INDArray a = first.next().getFeatures(0);
        INDArray b = first.next().getFeatures(0);
        first.reset();
        INDArray secondEpoch = first.next().getFeatures(0);
        assertNotEquals(a, secondEpoch);
        assertEquals(3, first.step());
        NoisedIterator again = iterator();
        assertEquals(a, again.next().getFeatures(0));
        NoisedIterator resumed = iterator();
        resumed.next();
        resumed.setStep(1);
        assertEquals(b, resumed.next().getFeatures(0));
    }

    @Test
    void ordinaryFitConsumesEachBatchOnce() {
        ComputationGraph graph = Pairs.graph(Pairs.CONFIG);
        NoisedIterator data = iterator();
        graph.fit(data, 2);
        assertEquals(4, data.step());
        assertEquals(4, graph.getIterationCount());
    }

    /** Two kinds of pairs: bright images with one text, dark images with the other. */
    @Test
    void learnsBothDirections() {
        UViTConfig config =
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
        ComputationGraph graph =
                UViT.create(
                        config,
                        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(5e-3)));
        ImageTextObjective objective =
                ImageTextObjective.biDiffuser(config, 1).conditionDropout(0.1).build();
        NoiseSource random = new NoiseSource(1);
        for (int i = 0; i < 350; i++) {
            INDArray signs = Nd4j.create(16, 1);
            for (int b = 0; b < 16; b++) {
                signs.putScalar(b, 0, 2 * random.below(2) - 1);
            }
            graph.fit(objective.examples(pairs(signs), random));
        }
        BiDiffuser model = new BiDiffuser(graph, config);
        INDArray signs = Nd4j.createFromArray(new float[] {1, -1, -1, 1}).reshape(4, 1);
        INDArray[] pairs = pairs(signs).getFeatures();
        SamplingSettings settings =
                new SamplingSettings.Builder().steps(12).guidance(0.5).limit(1.5).build();
        INDArray images = model.textToImage(pairs[1], settings).latent();
        INDArray texts = model.imageToText(new ImageLatent(pairs[0]), settings);
        for (int b = 0; b < 4; b++) {
            double image = images.slice(b).meanNumber().doubleValue();
            double text = texts.slice(b).meanNumber().doubleValue();
            assertTrue(Math.abs(image - signs.getDouble(b)) < 0.4, "image " + b + " " + image);
            assertTrue(Math.abs(text - signs.getDouble(b)) < 0.4, "text " + b + " " + text);
        }
    }

    private static MultiDataSet pairs(INDArray signs) {
        long batch = signs.size(0);
        INDArray image = signs.reshape('c', batch, 1, 1, 1).broadcast(batch, 1, 4, 4).dup('c');
        INDArray text = signs.reshape('c', batch, 1, 1).broadcast(batch, 1, 4).dup('c');
        return new MultiDataSet(
                new INDArray[] {image.castTo(DataType.FLOAT), text.castTo(DataType.FLOAT)}, null);
    }
}
