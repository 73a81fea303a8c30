package org.dl4jplugins.examples.kif;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.stream.TaskStream;

/** Streams of tasks, and the model that learns them. Several runs may use one at the same time. */
interface Benchmark {

    /**
     * A stream.
     *
     * @param order of the tasks
     * @param seed of what is random in the tasks, and of the order of their examples
     */
    TaskStream stream(Order order, long seed);

    /**
     * A model that has learned nothing of the tasks.
     *
     * @param order of the tasks
     * @param method that will train it
     * @param seed of all that is random in it
     */
    ComputationGraph model(Order order, Method method, long seed);
}
