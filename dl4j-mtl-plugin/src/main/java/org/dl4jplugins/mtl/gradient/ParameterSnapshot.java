package org.dl4jplugins.mtl.gradient;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** All parameters and the updater state of a graph before a step that is to have no effect. */
record ParameterSnapshot(ComputationGraph graph, INDArray params, INDArray updaterState) {

    static ParameterSnapshot of(ComputationGraph graph) {
        INDArray state = graph.getUpdater().getUpdaterStateViewArray();
        return new ParameterSnapshot(
                graph, graph.params().dup(), state == null ? null : state.dup());
    }

    void restore() {
        graph.params().assign(params);
        if (updaterState != null) {
            graph.getUpdater().getUpdaterStateViewArray().assign(updaterState);
        }
    }
}
