package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Learned numbers move as DL4J's updaters say. */
class LearnedVectorTest {

    /** Adam with bias correction takes steps of the learning rate under a constant gradient. */
    @Test
    void adamCountsItsSteps() {
        LearnedVector vector = new LearnedVector(new Adam(0.1), 1);
        assertArrayEquals(new double[] {1, 1}, vector.values(2));
        for (int step = 1; step <= 5; step++) {
            vector.descend(new double[] {3, -0.01});
            double[] expected = {1 - 0.1 * step, 1 + 0.1 * step};
            assertArrayEquals(expected, vector.values(2), 1e-4);
        }
    }

    @Test
    void schedulesCountEpochs() {
        MapSchedule halves =
                new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 1.0).add(1, 0.5).build();
        LearnedVector vector = new LearnedVector(new Sgd(halves), 0);
        vector.values(1);
        vector.descend(new double[] {1});
        vector.epochEnded();
        vector.descend(new double[] {1});
        assertArrayEquals(new double[] {-1.5}, vector.values(1), 1e-12);
    }
}
