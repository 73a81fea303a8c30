package org.dl4jplugins.cl.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccuracyMatrixTest {

    private static final double NAN = Double.NaN;

    /** Three tasks, worked by hand. */
    private final AccuracyMatrix matrix =
            AccuracyMatrix.of(List.of("a", "b", "c"))
                    .withInitial(10, 20, 30)
                    .with(90, 25, 20)
                    .with(95, 80, 45)
                    .with(60, 70, 50);

    @Test
    void metricsWorkedByHand() {
        assertEquals(60, matrix.overallPerformance(), 1e-12);
        assertEquals((60 - 90 + 70 - 80) / 2.0, matrix.backwardTransfer(), 1e-12);
        assertEquals((95 - 60 + 80 - 70) / 2.0, matrix.forgetting(), 1e-12);
        assertEquals((25 - 20 + 45 - 30) / 2.0, matrix.forwardTransfer(), 1e-12);
        assertEquals((90 + 87.5 + 60) / 3, matrix.averageAnytimeAccuracy(), 1e-12);
        assertEquals(87.5, matrix.seenAccuracy(1), 1e-12);
    }

    @Test
    void backwardTransferMayBePositiveAndForgettingNegative() {
        AccuracyMatrix better = AccuracyMatrix.of(List.of("a", "b")).with(50, NAN).with(70, 60);
        assertEquals(20, better.backwardTransfer(), 1e-12);
        assertEquals(-20, better.forgetting(), 1e-12);
    }

    @Test
    void whatWasNotMeasuredIsNamed() {
        AccuracyMatrix partial = AccuracyMatrix.of(List.of("a", "b")).with(50, NAN);
        assertMessage("1 of 2 tasks", partial::overallPerformance);
        AccuracyMatrix ended = partial.with(70, 60);
        assertMessage("withInitial", ended::forwardTransfer);
        assertMessage("'b' was not measured (after a)", ended.withInitial(0, 0)::forwardTransfer);
        assertMessage("two tasks", AccuracyMatrix.of(List.of("a")).with(1)::backwardTransfer);
        assertMessage("No task", AccuracyMatrix.of(List.of("a"))::averageAnytimeAccuracy);
        assertMessage("All 3", () -> matrix.with(1, 2, 3));
    }

    @Test
    void badRowsAreRefused() {
        AccuracyMatrix empty = AccuracyMatrix.of(List.of("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> empty.with(1));
        assertThrows(IllegalArgumentException.class, () -> empty.with(NAN, 1));
        assertThrows(IllegalArgumentException.class, () -> AccuracyMatrix.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> AccuracyMatrix.of(List.of("a", "a")));
        assertThrows(IllegalArgumentException.class, () -> AccuracyMatrix.fromJson("{\"tasks\":1"));
        assertThrows(IllegalArgumentException.class, () -> AccuracyMatrix.fromJson("{}"));
    }

    @Test
    void jsonBothWaysWithUnmeasuredValues() {
        AccuracyMatrix partial = AccuracyMatrix.of(List.of("a", "b")).with(50, NAN);
        assertEquals(partial, AccuracyMatrix.fromJson(partial.toJson()));
        assertEquals(matrix, AccuracyMatrix.fromJson(matrix.toJson()));
    }

    @Test
    void csv() {
        assertEquals(
                "after,\"a,1\",b\nbefore,1.0,2.0\n\"a,1\",50.0,\n",
                AccuracyMatrix.of(List.of("a,1", "b")).withInitial(1, 2).with(50, NAN).toCsv());
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable code) {
        String message = assertThrows(IllegalStateException.class, code).getMessage();
        assertTrue(message.contains(part), message);
    }
}
