package org.dl4jplugins.mtl.metric;

import static org.dl4jplugins.mtl.metric.SegmentationEvaluation.Metric.MEAN_IOU;
import static org.dl4jplugins.mtl.metric.SegmentationEvaluation.Metric.PIXEL_ACCURACY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SegmentationEvaluationTest {

    /** One-hot [1, 4, 2, 4]; -1 = not labeled. */
    private static INDArray oneHot(int... classes) {
        INDArray array = Nd4j.zeros(1, 4, 2, 4);
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] >= 0) {
                array.putScalar(new int[] {0, classes[i], i / 4, i % 4}, 1);
            }
        }
        return array;
    }

    private static final INDArray LABELS = oneHot(0, 0, 0, 1, 1, 2, 2, -1);
    private static final INDArray GUESSES = oneHot(0, 0, 1, 1, 2, 2, 2, 0);

    /**
     * By hand: class 0 has 2 of 3 (3 actual + 2 predicted - 2), class 1 has 1 of 3, class 2 has 2
     * of 3, class 3 neither occurs nor is predicted; 5 of 7 labeled pixels are right.
     */
    @Test
    void handWorkedPicture() {
        SegmentationEvaluation evaluation = new SegmentationEvaluation(4);
        evaluation.eval(LABELS, GUESSES);
        assertEquals(2 / 3.0, evaluation.iou(0), 1e-12);
        assertEquals(1 / 3.0, evaluation.iou(1), 1e-12);
        assertEquals(2 / 3.0, evaluation.iou(2), 1e-12);
        assertTrue(Double.isNaN(evaluation.iou(3)));
        assertEquals(5 / 9.0, evaluation.getValue(MEAN_IOU), 1e-12);
        assertEquals(5 / 7.0, evaluation.getValue(PIXEL_ACCURACY), 1e-12);
        assertEquals(1, evaluation.count(0, 1));
        assertFalse(MEAN_IOU.minimize());
    }

    @Test
    void masksOfEveryShapeLeaveOutPixels() {
        INDArray mask = Nd4j.ones(1, 1, 2, 4);
        mask.putScalar(new int[] {0, 0, 0, 2}, 0); // a wrong pixel
        for (INDArray shaped :
                new INDArray[] {
                    mask, mask.reshape(1, 2, 4), Nd4j.concat(1, mask, mask, mask, mask)
                }) {
            SegmentationEvaluation evaluation = new SegmentationEvaluation(4);
            evaluation.eval(LABELS, GUESSES, shaped);
            assertEquals(5 / 6.0, evaluation.pixelAccuracy(), 1e-12);
            assertEquals(0, evaluation.count(0, 1));
        }
        SegmentationEvaluation evaluation = new SegmentationEvaluation(4);
        evaluation.eval(
                Nd4j.concat(0, LABELS, LABELS),
                Nd4j.concat(0, LABELS, GUESSES),
                Nd4j.createFromArray(1f, 0f).reshape(2, 1));
        assertEquals(1, evaluation.pixelAccuracy());
        assertThrows(
                IllegalArgumentException.class,
                () -> evaluation.eval(LABELS, GUESSES, Nd4j.ones(1, 1, 4, 2)));
    }

    @Test
    void partsMergeToTheWholeAndSurviveJson() {
        SegmentationEvaluation whole = new SegmentationEvaluation(4);
        whole.eval(Nd4j.concat(0, LABELS, GUESSES), Nd4j.concat(0, GUESSES, GUESSES));
        SegmentationEvaluation first = new SegmentationEvaluation(4);
        first.eval(LABELS, GUESSES);
        SegmentationEvaluation second = first.newInstance();
        second.eval(GUESSES, GUESSES);
        first.merge(second);
        assertEquals(whole, first);
        assertEquals(whole, BaseEvaluation.fromJson(whole.toJson(), SegmentationEvaluation.class));
        first.reset();
        assertEquals(new SegmentationEvaluation(4), first);
        SegmentationEvaluation other = new SegmentationEvaluation(3);
        assertThrows(IllegalArgumentException.class, () -> first.merge(other));
    }

    /** Against the definition, on random data in f order and as a strided view. */
    @Test
    void memoryLayoutDoesNotMatter() {
        INDArray labels = oneHot(3, 2, 1, 0, 1, 3, 3, 2);
        INDArray guesses = Nd4j.rand(1, 4, 2, 4);
        SegmentationEvaluation plain = new SegmentationEvaluation(4);
        plain.eval(labels, guesses);
        SegmentationEvaluation strided = new SegmentationEvaluation(4);
        strided.eval(labels.dup('f'), guesses.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2));
        assertEquals(plain, strided);
    }
}
