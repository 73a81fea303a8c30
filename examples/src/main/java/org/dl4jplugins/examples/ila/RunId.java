package org.dl4jplugins.examples.ila;

/**
 * One of the trainings that are compared.
 *
 * @param task data set
 * @param seed of increments, head and order of the data
 * @param variant which layers learn
 * @param draw number of the random set of layers, from 0
 */
record RunId(String task, long seed, Variant variant, int draw) {

    /** Name of the run's file. */
    @Override
    public String toString() {
        return task + "-seed" + seed + "-" + variant.key() + (draw == 0 ? "" : "-draw" + draw);
    }
}
