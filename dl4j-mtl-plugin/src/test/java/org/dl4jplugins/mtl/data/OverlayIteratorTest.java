package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.AsyncMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class OverlayIteratorTest {

    private final LabeledImages digits = Pictures.random(30, 28, 10, 1);
    private final LabeledImages clothes = Pictures.random(40, 28, 10, 2);

    private static List<MultiDataSet> epoch(MultiDataSetIterator data) {
        List<MultiDataSet> batches = new ArrayList<>();
        while (data.hasNext()) {
            batches.add(data.next());
        }
        return batches;
    }

    private static INDArray features(List<MultiDataSet> batches) {
        return Nd4j.concat(0, batches.stream().map(b -> b.getFeatures(0)).toArray(INDArray[]::new));
    }

    @Test
    void overlaysTwoKnownPicturesByTheBrighterPixel() {
        byte[] left = {10, 20, 30, 40};
        byte[] right = {5, 50, 60, 70};
        OverlayIterator data =
                new OverlayIterator.Builder(one(left, 2, 1), one(right, 2, 0)).canvas(3).build();
        MultiDataSet batch = data.next();
        float[] expected = {10, 20, 0, 30, 40, 50, 0, 60, 70};
        float[] seen = batch.getFeatures(0).mul(255).data().asFloat();
        assertArrayEquals(expected, seen, 1e-4f);
        assertArrayEquals(new float[] {0, 1}, batch.getLabels(0).data().asFloat());
        assertArrayEquals(new float[] {1}, batch.getLabels(1).data().asFloat());
        assertEquals(null, batch.getLabelsMaskArray(0));
    }

    private static LabeledImages one(byte[] pixels, int size, int label) {
        return new LabeledImages(
                new IdxArray("pixels", new int[] {1, size, size}, pixels),
                new IdxArray("labels", new int[] {1}, new byte[] {(byte) label}));
    }

    @Test
    void cornersBelongToOnePictureAndLabelsFollow() {
        OverlayIterator data =
                OverlayIterator.multiFashionAndMnist(digits, clothes).batch(8).seed(3).build();
        assertEquals(30, data.examples());
        int[] usedLeft = new int[30];
        int overlays = 0;
        for (MultiDataSet batch : epoch(data)) {
            INDArray x = batch.getFeatures(0);
            assertEquals(36, x.size(2));
            assertEquals(36, x.size(3));
            for (int b = 0; b < x.size(0); b++, overlays++) {
                int l = find(digits, x, b, 0, 7);
                int r = find(clothes, x, b, 8, 35);
                usedLeft[l]++;
                assertEquals(1, batch.getLabels(0).getDouble(b, digits.label(l)));
                assertEquals(1, batch.getLabels(1).getDouble(b, clothes.label(r)));
                assertEquals(1, batch.getLabels(0).getRow(b).sumNumber().doubleValue());
                assertEquals(0, x.getDouble(b, 0, 0, 35));
                assertEquals(0, x.getDouble(b, 0, 35, 0));
                int middle = 20 * 28 + 9;
                int same = 12 * 28 + 1;
                double brighter = Math.max(digits.pixel(l, middle), clothes.pixel(r, same));
                assertEquals(brighter / 255, x.getDouble(b, 0, 20, 9), 1e-6);
            }
        }
        assertEquals(30, overlays);
        for (int count : usedLeft) {
            assertEquals(1, count);
        }
    }

    /** The picture whose outermost row, undisturbed by the other picture, shows on the canvas. */
    private static int find(LabeledImages pictures, INDArray x, int b, int from, int outer) {
        int row = from == 0 ? 0 : 35;
        for (int i = 0; i < pictures.size(); i++) {
            boolean equal = true;
            for (int c = from; c < from + 8; c++) {
                int column = from == 0 ? c : c + 20;
                int position = (row - from) * 28 + column - from;
                equal &=
                        Math.abs(
                                        pictures.pixel(i, position) / 255.0
                                                - x.getDouble(b, 0, row, column))
                                < 1e-6;
            }
            if (equal) {
                return i;
            }
        }
        throw new AssertionError("No such picture");
    }

    @Test
    void severalPassesUseEveryPictureEquallyOften() {
        OverlayIterator data =
                OverlayIterator.multiMnist(digits).examples(90).batch(90).shuffle(false).build();
        INDArray x = data.next().getFeatures(0);
        Map<Integer, Integer> left = new HashMap<>();
        Map<Integer, Integer> right = new HashMap<>();
        int equalPairs = 0;
        for (int b = 0; b < 90; b++) {
            int l = find(digits, x, b, 0, 7);
            int r = find(digits, x, b, 8, 35);
            left.merge(l, 1, Integer::sum);
            right.merge(r, 1, Integer::sum);
            equalPairs += l == r ? 1 : 0;
        }
        assertEquals(30, left.size());
        assertTrue(left.values().stream().allMatch(n -> n == 3));
        assertTrue(right.values().stream().allMatch(n -> n == 3));
        assertTrue(equalPairs < 20, "left and right are paired by different permutations");
        assertFalse(data.hasNext());
    }

    @Test
    void epochsDifferInOrderOnlyAndRepeatFromTheSeed() {
        OverlayIterator data = overlays(11);
        INDArray first = features(epoch(data));
        data.reset();
        assertEquals(1, data.epoch());
        INDArray second = features(epoch(data));
        assertNotEquals(first, second);
        assertEquals(first.sum(0), second.sum(0));
        OverlayIterator again = overlays(11);
        again.reset();
        assertEquals(0, again.epoch());
        assertEquals(first, features(epoch(again)));
        again.epoch(1);
        assertEquals(second, features(epoch(again)));
        assertNotEquals(first, features(epoch(overlays(12))));
    }

    private OverlayIterator overlays(long seed) {
        return OverlayIterator.multiFashion(clothes).seed(seed).batch(16).build();
    }

    @Test
    void survivesSerialization() {
        OverlayIterator data = overlays(4);
        data.next();
        OverlayIterator copy = SerializationUtils.clone(data);
        assertEquals(data.next().getFeatures(0), copy.next().getFeatures(0));
    }

    @Test
    void prefetchingGivesTheSameBatches() {
        INDArray direct = features(epoch(overlays(5)));
        AsyncMultiDataSetIterator async = new AsyncMultiDataSetIterator(overlays(5), 2, true);
        List<INDArray> parts = new ArrayList<>();
        while (async.hasNext()) {
            parts.add(async.next().getFeatures(0).dup().detach());
        }
        async.shutdown();
        assertEquals(direct, Nd4j.concat(0, parts.toArray(INDArray[]::new)));
    }

    @Test
    void lastBatchNormalizationAndPreProcessor() {
        OverlayIterator.Builder builder = OverlayIterator.multiMnist(digits).batch(8);
        List<MultiDataSet> all = epoch(builder.build());
        assertEquals(
                List.of(8L, 8L, 8L, 6L), all.stream().map(b -> b.getFeatures(0).size(0)).toList());
        assertEquals(3, epoch(builder.dropLast(true).build()).size());
        OverlayIterator normalized = builder.normalize(0.5, 0.25).build();
        assertEquals(
                all.get(0).getFeatures(0).sub(0.5).div(0.25), normalized.next().getFeatures(0));
        OverlayIterator processed = builder.normalize(0, 1).build();
        processed.setPreProcessor(batch -> batch.getFeatures(0).addi(1));
        assertEquals(all.get(0).getFeatures(0).add(1), processed.next().getFeatures(0));
    }

    @Test
    void wrongSettingsAreNamed() {
        refused("batch", OverlayIterator.multiMnist(digits).batch(0));
        refused("examples", OverlayIterator.multiMnist(digits).examples(0));
        refused("canvas", OverlayIterator.multiMnist(digits).canvas(27));
        refused("deviation", OverlayIterator.multiMnist(digits).normalize(0, 0));
        refused("examples", OverlayIterator.multiMnist(digits).batch(31).dropLast(true));
    }

    private static void refused(String setting, OverlayIterator.Builder builder) {
        String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.startsWith(setting), message);
    }
}
