package org.dl4jplugins.mtl.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DepthEvaluationTest {

    private static INDArray depth(float... values) {
        return Nd4j.createFromArray(values).reshape(1, 1, 2, 2);
    }

    /** By hand: errors 1, 1, 2 on depths 2, 4, 8; the pixel of depth 0 is invalid. */
    @Test
    void handWorkedPicture() {
        DepthEvaluation evaluation = new DepthEvaluation();
        evaluation.eval(depth(2, 4, 8, 0), depth(3, 3, 10, 7));
        assertEquals(4 / 3.0, evaluation.absoluteError(), 1e-6);
        assertEquals((0.5 + 0.25 + 0.25) / 3, evaluation.relativeError(), 1e-6);
        assertTrue(DepthEvaluation.Metric.RELATIVE_ERROR.minimize());
    }

    @Test
    void maskedPixelsDoNotCount() {
        DepthEvaluation evaluation = new DepthEvaluation();
        evaluation.eval(depth(2, 4, 8, 1), depth(3, 3, 10, 9), depth(1, 1, 0, 0));
        assertEquals(1, evaluation.absoluteError(), 1e-6);
        assertEquals(0.375, evaluation.relativeError(), 1e-6);
    }

    @Test
    void partsMergeToTheWholeAndSurviveJson() {
        DepthEvaluation whole = new DepthEvaluation();
        whole.eval(depth(2, 4, 8, 0), depth(3, 3, 10, 7));
        DepthEvaluation other = whole.newInstance();
        other.eval(depth(1, 0, 0, 0), depth(5, 0, 0, 0));
        other.merge(whole);
        assertEquals(2, other.absoluteError(), 1e-6);
        assertEquals(other, BaseEvaluation.fromJson(other.toJson(), DepthEvaluation.class));
        other.reset();
        assertTrue(Double.isNaN(other.absoluteError()));
        INDArray two = Nd4j.ones(1, 2, 2, 2);
        assertThrows(IllegalArgumentException.class, () -> other.eval(two, two));
        assertThrows(
                IllegalArgumentException.class,
                () -> other.getValue(SegmentationEvaluation.Metric.MEAN_IOU));
    }
}
