package org.dl4jplugins.multimodal.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.BatteryCheck;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class CaptionModelTest {
    private static final CaptionConfig TINY = new CaptionConfig(3, 6, 4, 9, 8, 6, 8, 2, 1);

    private static INDArray random(long seed, long... shape) {
        return Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape).muli(2).subi(1);
    }

    private static NeuralNetConfiguration.Builder training(DataType type) {
        return new NeuralNetConfiguration.Builder().seed(1).dataType(type).updater(new Adam(1e-2));
    }

    @Test
    void learnsAndReadsCaptionsFromLatents() {
        CaptionModel model = CaptionModel.create(TINY, training(DataType.FLOAT));
        INDArray states = random(2, 3, 3, 6).muli(2);
        int[][] captions = {{1, 2, 3}, {4}, {5, 1, 1, 7}};
        for (int i = 0; i < 120; i++) {
            model.graph().fit(model.batch(states, captions));
        }
        assertTrue(model.graph().score() < 0.2, "loss " + model.graph().score());
        INDArray latents = model.encode(states);
        assertArrayEquals(new long[] {3, 3, 4}, latents.shape());
        assertArrayEquals(new long[] {3, 3, 8}, model.decode(latents).shape());
        List<int[]> read = model.captions(latents);
        for (int b = 0; b < captions.length; b++) {
            assertArrayEquals(captions[b], read.get(b));
        }
        CaptionModel again = CaptionModel.of(TINY, model.graph().clone());
        assertArrayEquals(captions[2], again.captions(latents).get(2));
    }

    @Test
    void gradientsReachTheProjection() {
        ComputationGraph graph = CaptionModel.create(TINY, training(DataType.DOUBLE)).graph();
        CaptionModel model = CaptionModel.of(TINY, graph);
        graph.params().addi(random(4, graph.params().shape()).castTo(DataType.DOUBLE).muli(0.3));
        INDArray states = random(2, 2, 3, 6).castTo(DataType.DOUBLE);
        MultiDataSet batch = model.batch(states, new int[] {1, 2, 3}, new int[] {4});
        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.computeGradientAndScore();
        INDArray gradient = graph.getFlattenedGradients().div(2);
        INDArray params = graph.params().dup();
        for (int seed = 1; seed < 4; seed++) {
            INDArray step = random(seed, params.shape()).castTo(DataType.DOUBLE).muli(1e-5);
            graph.setParams(params.add(step));
            double above = graph.score(batch);
            graph.setParams(params.sub(step));
            double below = graph.score(batch);
            double along = gradient.mul(step).sumNumber().doubleValue();
            assertEquals((above - below) / 2, along, 1e-6 * Math.abs(along) + 1e-12);
        }
        assertTrue(
                graph.gradient().getGradientFor("encode_prefix_W").norm2Number().doubleValue() > 0);
    }

    @Test
    void publishedSize() {
        long count =
                CaptionParts.whole(CaptionConfig.published(), new NeuralNetConfiguration.Builder())
                        .getVertices()
                        .values()
                        .stream()
                        .mapToLong(vertex -> vertex.numParams(true))
                        .sum();
        long gpt2 = 124_439_808 - (1024 - 77 - 67) * 768L;
        assertEquals(gpt2 + 768 * 64 + 64 + 64 * 768 + 768, count);
    }

    @Test
    void otherShapesAreRefused() {
        CaptionModel model = CaptionModel.create(TINY, training(DataType.FLOAT));
        Exception e =
                assertThrows(
                        IllegalArgumentException.class, () -> model.captions(Nd4j.zeros(1, 3, 6)));
        assertEquals("latents must be [batch, 3, 4], got shape [1, 3, 6]", e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> model.batch(Nd4j.zeros(1, 3, 6), new int[6]));
        assertEquals("captions must be of at most 5 tokens, got one of 6 tokens", e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new CaptionConfig(3, 6, 4, 9, 9, 6, 8, 2, 1));
        assertEquals("endToken must be from 0 to 8, got 9", e.getMessage());
    }

    @Test
    void wholeNetwork() {
        INDArray states = random(2, 2, 3, 6);
        MultiDataSet batch =
                CaptionModel.create(TINY, training(DataType.FLOAT))
                        .batch(states, new int[] {1, 2, 3}, new int[] {4});
        LayerBattery.of(() -> CaptionParts.whole(TINY, training(DataType.FLOAT)))
                .inputs(batch.getFeatures())
                .labels(batch.getLabels())
                .without(BatteryCheck.GRADIENTS) // above, along a few directions
                .run();
    }
}
