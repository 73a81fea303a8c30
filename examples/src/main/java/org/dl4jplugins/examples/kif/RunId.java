package org.dl4jplugins.examples.kif;

/**
 * One of the trainings that are compared.
 *
 * @param benchmark its name
 * @param order name of the order of tasks
 * @param method how it learns
 * @param seed of the model, the order of the data and all else that is random
 */
record RunId(String benchmark, String order, Method method, long seed) {

    /** Name of the run's file. */
    @Override
    public String toString() {
        return benchmark + "-" + order + "-" + method.key() + "-seed" + seed;
    }
}
