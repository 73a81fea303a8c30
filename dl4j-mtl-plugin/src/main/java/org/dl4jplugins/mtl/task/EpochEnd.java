package org.dl4jplugins.mtl.task;

/** When an epoch over tasks with data of different lengths ends. */
public enum EpochEnd {
    /** When every task's data has been seen exactly once; a task whose data has ended drops out. */
    ALL_ONCE,
    /** When every task's data has been seen at least once; shorter tasks start again meanwhile. */
    LONGEST,
    /** As soon as one task has no batch left; the rest of the others' data is left out. */
    SHORTEST
}
