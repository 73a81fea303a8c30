package org.dl4jplugins.examples.ila;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Learning rates of the runs that are compared. */
final class Rates {

    private Rates() {}

    /** Adam with a rate that falls in a straight line to 0 after the last step. */
    static IUpdater falling(IlaSettings settings) {
        return new Adam(
                new PolySchedule(
                        ScheduleType.ITERATION, settings.learningRate(), 1, settings.steps()));
    }
}
