package org.dl4jplugins.mtl.gradient;

import java.lang.reflect.Field;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The labels of the step under way, which a ComputationGraph keeps to itself until backward. */
final class Labels {

    private static final Field FIELD = field();

    private Labels() {}

    private static Field field() {
        try {
            Field f = ComputationGraph.class.getDeclaredField("labels");
            f.setAccessible(true);
            return f;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("Not the ComputationGraph of DL4J 1.0.0-M2.1", e);
        }
    }

    static INDArray[] of(ComputationGraph graph) {
        try {
            return (INDArray[]) FIELD.get(graph);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot read the labels of the graph", e);
        }
    }

    /**
     * @throws IllegalArgumentException if a task has no labels or tasks differ in their number of
     *     examples
     */
    static void check(ComputationGraph graph, List<String> tasks, INDArray[] labels) {
        for (int t = 0; t < tasks.size(); t++) {
            INDArray l = labels == null || labels.length <= t ? null : labels[t];
            if (l == null) {
                throw new IllegalArgumentException(
                        "Task \""
                                + tasks.get(t)
                                + "\" has no labels. Fill absent labels with zeros and mask them"
                                + " with zeros");
            }
            sameExamples(tasks.get(t), "labels", l, tasks.get(0), labels[0]);
            INDArray[] masks = graph.getLabelMaskArrays();
            if (masks != null && masks[t] != null) {
                sameExamples(tasks.get(t), "label mask", masks[t], tasks.get(0), labels[0]);
            }
        }
    }

    private static void sameExamples(
            String task, String what, INDArray a, String first, INDArray labels) {
        if (a.size(0) != labels.size(0)) {
            throw new IllegalArgumentException(
                    "Task \""
                            + task
                            + "\": the "
                            + what
                            + " have "
                            + a.size(0)
                            + " examples, but the labels of task \""
                            + first
                            + "\" have "
                            + labels.size(0));
        }
    }
}
