package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.Sensitivity;
import org.dl4jplugins.cl.importance.Smoothing;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The selected parameters as they were before a task, to be fused with those after it. */
final class BeforeTask {

    private final ComputationGraph graph;
    private final ParameterSelection selection;
    private final INDArray values;

    /**
     * @param regex of parameters' names, null for all that are trained
     */
    BeforeTask(ComputationGraph graph, String regex) {
        this.graph = graph;
        this.selection =
                regex == null
                        ? ParameterSelection.all(graph)
                        : ParameterSelection.matching(graph, regex);
        this.values = Nd4j.zeros(graph.params().dataType(), selection.size());
    }

    ParameterSelection selection() {
        return selection;
    }

    /** The values before the task [selected]; a view. */
    INDArray values() {
        return values;
    }

    /** An importance that is not measured but set. */
    Importance importance() {
        Smoothing none = new Smoothing(Sensitivity.FIRST_ORDER, 0, 0, false);
        return new Importance(selection, none, values.dataType());
    }

    void remember() {
        selection.gather(graph.params(), values);
    }

    /** The values now [selected], a new array. */
    INDArray now() {
        INDArray now = Nd4j.createUninitialized(values.dataType(), selection.size());
        selection.gather(graph.params(), now);
        return now;
    }

    /**
     * Fuses the task's update with none.
     *
     * @param after [selected] values after the task
     */
    void fuse(Fusion fusion, INDArray after, Importance task, Importance old) {
        INDArray result = after.dup();
        fusion.fuse(values, after, result, task, old);
        selection.scatter(result, graph.params());
    }

    void write(DataOutputStream out) throws IOException {
        Nd4j.write(values, out);
    }

    void read(DataInputStream in) throws IOException {
        values.assign(Nd4j.read(in));
    }
}
