package org.dl4jplugins.cl.kif;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.importance.WeightTime;
import org.nd4j.linalg.learning.config.IUpdater;

/** All settings of Recurrent-KIF; see the builder of {@link RecurrentKif}. */
record KifSettings(
        int innerSteps,
        int outerSteps,
        int outerBatch,
        Smoothing innerSmoothing,
        Smoothing outerSmoothing,
        WeightTime weightTime,
        boolean keepInner,
        boolean keepOuter,
        boolean measureOnce,
        IUpdater outerUpdater,
        Fusion fusion,
        String parameters) {

    ParameterSelection select(ComputationGraph graph) {
        return parameters == null
                ? ParameterSelection.all(graph)
                : ParameterSelection.matching(graph, parameters);
    }
}
