package org.dl4jplugins.examples.ila;

import java.io.IOException;

/** Makes the tasks of an experiment. */
@FunctionalInterface
interface TaskSource {

    /**
     * A task.
     *
     * @param name of its data set
     * @throws IllegalArgumentException if there is no such data set
     */
    TuningTask task(String name) throws IOException;
}
