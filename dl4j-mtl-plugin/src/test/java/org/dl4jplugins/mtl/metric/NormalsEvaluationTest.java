package org.dl4jplugins.mtl.metric;

import static org.dl4jplugins.mtl.metric.NormalsEvaluation.Metric.MEAN_ANGLE;
import static org.dl4jplugins.mtl.metric.NormalsEvaluation.Metric.MEDIAN_ANGLE;
import static org.dl4jplugins.mtl.metric.NormalsEvaluation.Metric.WITHIN_11_25;
import static org.dl4jplugins.mtl.metric.NormalsEvaluation.Metric.WITHIN_22_5;
import static org.dl4jplugins.mtl.metric.NormalsEvaluation.Metric.WITHIN_30;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NormalsEvaluationTest {

    /** Normals [1, 3, 1, n] in the x-y plane at these angles in degrees, with some length. */
    private static INDArray at(double length, double... degrees) {
        INDArray array = Nd4j.zeros(1, 3, 1, degrees.length);
        for (int i = 0; i < degrees.length; i++) {
            double radians = Math.toRadians(degrees[i]);
            array.putScalar(new int[] {0, 0, 0, i}, length * Math.cos(radians));
            array.putScalar(new int[] {0, 1, 0, i}, length * Math.sin(radians));
        }
        return array;
    }

    private static final double[] ZEROS = new double[6];

    @Test
    void handWorkedAngles() {
        NormalsEvaluation evaluation = new NormalsEvaluation();
        evaluation.eval(at(1, ZEROS), at(2.5, 5, 10, 20, 25, 60, 120));
        assertEquals(40, evaluation.getValue(MEAN_ANGLE), 1e-3);
        assertEquals(22.5, evaluation.getValue(MEDIAN_ANGLE), 0.01);
        assertEquals(2 / 6.0, evaluation.getValue(WITHIN_11_25), 1e-12);
        assertEquals(3 / 6.0, evaluation.getValue(WITHIN_22_5), 1e-12);
        assertEquals(4 / 6.0, evaluation.getValue(WITHIN_30), 1e-12);
        assertTrue(MEAN_ANGLE.minimize() && MEDIAN_ANGLE.minimize());
        assertFalse(WITHIN_30.minimize());
    }

    @Test
    void invalidPixelsDoNotCountAndZeroPredictionsAreRightAngles() {
        INDArray labels = at(1, 0, 0, 0);
        labels.putScalar(new int[] {0, 0, 0, 1}, 0); // the zero vector
        INDArray guesses = at(1, 10, 50, 0);
        guesses.putScalar(new int[] {0, 0, 0, 2}, 0);
        NormalsEvaluation evaluation = new NormalsEvaluation();
        evaluation.eval(labels, guesses);
        assertEquals(50, evaluation.meanAngle(), 1e-3); // (10 + 90) / 2
        NormalsEvaluation masked = new NormalsEvaluation();
        masked.eval(labels, guesses, Nd4j.createFromArray(1f, 1f, 0f).reshape(1, 1, 1, 3));
        assertEquals(10, masked.medianAngle(), 0.01);
        masked.eval(at(1, 0), at(-1, 0));
        assertEquals(180, 2 * masked.meanAngle() - 10, 1e-3);
    }

    @Test
    void partsMergeToTheWholeAndSurviveJson() {
        NormalsEvaluation whole = new NormalsEvaluation();
        whole.eval(at(1, 0, 0, 0), at(1, 7, 12, 170));
        NormalsEvaluation part = whole.newInstance();
        part.eval(at(1, 0), at(1, 7));
        NormalsEvaluation rest = whole.newInstance();
        rest.eval(at(1, 0, 0), at(1, 12, 170));
        rest.merge(part);
        assertEquals(whole.medianAngle(), rest.medianAngle());
        assertEquals(whole.meanAngle(), rest.meanAngle(), 1e-12);
        assertEquals(whole, BaseEvaluation.fromJson(whole.toJson(), NormalsEvaluation.class));
        rest.reset();
        assertEquals(new NormalsEvaluation(), rest);
        assertTrue(Double.isNaN(rest.medianAngle()));
    }
}
