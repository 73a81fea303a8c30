package org.dl4jplugins.cl.stream;

/** What a model is told about the tasks (van de Ven and Tolias, 2019), as masks on its outputs. */
public enum Scenario {
    /**
     * The task of an example is known, at training and at test: only the task's own classes
     * compete.
     */
    TASK_INCREMENTAL,
    /** It is not known: the classes of all tasks seen so far compete. */
    CLASS_INCREMENTAL,
    /** All tasks have the same labels, from different inputs: no masks. */
    DOMAIN_INCREMENTAL
}
