package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.bidiffuser.ObjectiveTerm.Noised;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ImageTextObjectiveTest {
    private static final int BATCH = 5;
    private final MultiDataSet clean = Pairs.batch(1, BATCH);

    private static double[] column(INDArray column) {
        return column.castTo(DataType.DOUBLE).ravel().toDoubleVector();
    }

    private static INDArray rows(INDArray array, int from, int to) {
        return array.get(NDArrayIndex.interval(from, to)).dup('c');
    }

    private MultiDataSet noised(ImageTextObjective.Builder builder) {
        return builder.build().examples(clean, new NoiseSource(3));
    }

    @Test
    void papersObjectiveUsesEveryPairInBothDirections() {
        MultiDataSet batch = noised(ImageTextObjective.biDiffuser(Pairs.CONFIG, 0.5));
        INDArray[] in = batch.getFeatures();
        double[] imageTimes = column(in[3]);
        double[] textTimes = column(in[4]);
        for (int b = 0; b < BATCH; b++) {
            assertTrue(imageTimes[b] >= 1 && imageTimes[b] <= 1000, "" + imageTimes[b]);
            assertEquals(Math.rint(imageTimes[b]), imageTimes[b], 1e-3);
            assertEquals(0, textTimes[b]);
            assertEquals(0, imageTimes[BATCH + b]);
            assertTrue(textTimes[BATCH + b] >= 1);
        }
        assertEquals(clean.getFeatures(2), rows(in[2], 0, BATCH));
        assertEquals(clean.getFeatures(0), rows(in[0], BATCH, 2 * BATCH));
        assertEquals(clean.getFeatures(1), rows(in[1], BATCH, 2 * BATCH));
        assertEquals(Nd4j.ones(2 * BATCH, 1), in[5]);
        double[] image = column(batch.getLabelsMaskArray(0));
        double[] text = column(batch.getLabelsMaskArray(2));
        for (int b = 0; b < BATCH; b++) {
            assertArrayEquals(
                    new double[] {2, 0, 0, 1},
                    new double[] {image[b], image[BATCH + b], text[b], text[BATCH + b]});
        }
        assertEquals(batch.getLabelsMaskArray(0), batch.getLabelsMaskArray(1));
    }

    /** The loss of the joined batch is that of the terms by themselves. */
    @Test
    void lossIsTheSumOverTermsOfTheMeanOverExamples() {
        ComputationGraph graph = Pairs.graph(Pairs.CONFIG);
        MultiDataSet batch = noised(ImageTextObjective.biDiffuser(Pairs.CONFIG, 0.5));
        INDArray[] outputs = graph.output(batch.getFeatures());
        double expected = 0;
        double[] weights = {1, 1, 0.5};
        for (int i = 0; i < outputs.length; i++) {
            int from = i < 2 ? 0 : BATCH;
            INDArray error =
                    rows(outputs[i], from, from + BATCH)
                            .sub(rows(batch.getLabels(i), from, from + BATCH));
            expected += weights[i] * error.mul(error).meanNumber().doubleValue();
        }
        assertEquals(expected, graph.score(batch), 1e-5 * expected);
    }

    @Test
    void sharedExamplesCountAsOftenAsAllWould() {
        MultiDataSet batch = noised(ImageTextObjective.biDiffuser(Pairs.CONFIG, 0.5).shared(true));
        assertEquals(BATCH, batch.getFeatures(0).size(0));
        double[] image = column(batch.getLabelsMaskArray(0));
        double[] text = column(batch.getLabelsMaskArray(2));
        assertArrayEquals(new double[] {2.5, 2.5, 0, 0, 0}, image, 1e-6);
        double weight = 0.5 * 5 / 3;
        assertArrayEquals(new double[] {0, 0, weight, weight, weight}, text, 1e-6);
    }

    @Test
    void uniDiffuserDrawsATimeForEachModality() {
        MultiDataSet batch = noised(ImageTextObjective.uniDiffuser(Pairs.CONFIG));
        assertEquals(BATCH, batch.getFeatures(0).size(0));
        assertNotEquals(batch.getFeatures(3), batch.getFeatures(4));
        for (int i = 0; i < 3; i++) {
            assertEquals(Nd4j.ones(BATCH, 1), batch.getLabelsMaskArray(i));
            assertNotEquals(clean.getFeatures(i), batch.getFeatures(i));
        }
    }

    @Test
    void targetsTakeTheNoiseBackOut() {
        MultiDataSet batch = noised(ImageTextObjective.uniDiffuser(Pairs.CONFIG));
        double[] steps = column(batch.getFeatures(4));
        for (int b = 0; b < BATCH; b++) {
            double t = steps[b] / 1000;
            INDArray data =
                    Prediction.EPSILON.toX0(
                            batch.getLabels(2).slice(b),
                            batch.getFeatures(2).slice(b),
                            ImageTextObjective.uniDiffuser(Pairs.CONFIG).build().schedule(),
                            t);
            assertTrue(data.equalsWithEps(clean.getFeatures(2).slice(b), 1e-3), "" + data);
        }
    }

    @Test
    void predictedDataAreTheTargetsIfAskedFor() {
        MultiDataSet batch =
                noised(ImageTextObjective.uniDiffuser(Pairs.CONFIG).prediction(Prediction.X0));
        assertEquals(clean.getFeatures(0), batch.getLabels(0));
    }

    @Test
    void codesVariantsHaveTheirWeights() {
        assertEquals(
                "[TEXT(image=1.0, clip=0.0, text=1.0, one time)]",
                "" + ImageTextObjective.codeImageToText(Pairs.CONFIG).build().terms());
        assertEquals(
                "[IMAGE(image=1.2, clip=1.0, text=0.0)]",
                "" + ImageTextObjective.codeTextToImage(Pairs.CONFIG).build().terms());
        assertEquals(
                "[BOTH(image=1.0, clip=1.0, text=20.0)]",
                "" + ImageTextObjective.codeJoint(Pairs.CONFIG).build().terms());
        MultiDataSet batch = noised(ImageTextObjective.codeImageToText(Pairs.CONFIG));
        double[] times = column(batch.getFeatures(4));
        for (double t : times) {
            assertEquals(times[0], t);
        }
        assertEquals(0, batch.getLabels(0).amaxNumber().doubleValue());
    }

    @Test
    void droppedConditionsAreNoiseAtTheLastTimeAndDoNotCount() {
        ImageTextObjective objective =
                ImageTextObjective.codeImageToText(Pairs.CONFIG).conditionDropout(0.5).build();
        MultiDataSet batch = objective.examples(clean, new NoiseSource(11));
        double[] imageTimes = column(batch.getFeatures(3));
        double[] weights = column(batch.getLabelsMaskArray(0));
        int dropped = 0;
        for (int b = 0; b < BATCH; b++) {
            boolean kept = imageTimes[b] == 0;
            assertTrue(kept || imageTimes[b] == 1000);
            assertEquals(kept, clean.getFeatures(0).slice(b).equals(batch.getFeatures(0).slice(b)));
            assertEquals(kept ? 1 : 0, weights[b]);
            dropped += kept ? 0 : 1;
        }
        assertTrue(dropped > 0 && dropped < BATCH, "" + dropped);
    }

    @Test
    void modelsWithoutEmbeddingAndDataType() {
        MultiDataSet pairs =
                new MultiDataSet(new INDArray[] {clean.getFeatures(0), clean.getFeatures(2)}, null);
        ImageTextObjective objective = ImageTextObjective.biDiffuser(Pairs.PLAIN, 1).build();
        MultiDataSet batch = objective.examples(pairs, new NoiseSource(1));
        assertEquals(4, batch.getFeatures().length);
        ComputationGraph graph = Pairs.graph(Pairs.PLAIN);
        graph.fit(batch);
        assertTrue(Double.isFinite(graph.score()));
    }

    private static void refused(String part, Runnable call) {
        Exception e = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void badInputIsNamed() {
        ImageTextObjective objective = ImageTextObjective.uniDiffuser(Pairs.CONFIG).build();
        MultiDataSet wrong =
                new MultiDataSet(
                        new INDArray[] {
                            clean.getFeatures(0), clean.getFeatures(1), Nd4j.zeros(5, 3, 3)
                        },
                        null);
        refused(
                "text must be [5, 3, 4], got [5, 3, 3]",
                () -> objective.examples(wrong, new NoiseSource(1)));
        refused(
                "image embedding",
                () ->
                        objective.examples(
                                new MultiDataSet(new INDArray[] {clean.getFeatures(0)}, null),
                                new NoiseSource(1)));
        refused("terms must be", () -> new ImageTextObjective.Builder(Pairs.CONFIG).build());
        refused(
                "conditionDropout must be from 0 to below 1, got 1.0",
                () ->
                        new ObjectiveTerm.Builder(Noised.TEXT)
                                .weights(0, 0, 1)
                                .conditionDropout(1)
                                .build());
        refused(
                "text must be at least 0.0, got -1.0",
                () -> ImageTextObjective.biDiffuser(Pairs.CONFIG, -1));
        refused(
                "dataType must be from 0 to below dataTypes, 2, got 2",
                () -> ImageTextObjective.uniDiffuser(Pairs.CONFIG).dataType(2).build());
    }
}
