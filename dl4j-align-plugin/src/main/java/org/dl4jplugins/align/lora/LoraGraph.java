package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.Solver;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A graph most of whose parameters are frozen. It computes what a plain one with the same
 * configuration computes, but its gradient takes memory only for parameters that learn, and a step
 * reads and writes only those. A copy by {@code clone()} or from a file is a plain graph.
 */
final class LoraGraph extends ComputationGraph {
    private static final long serialVersionUID = 1L;

    LoraGraph(ComputationGraphConfiguration configuration) {
        super(configuration);
    }

    @Override
    public void init(INDArray parameters, boolean cloneParametersArray) {
        boolean first = solver == null;
        super.init(parameters, cloneParametersArray);
        boolean descends =
                conf().getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT
                        && conf().getStepFunction() == null;
        if (first && descends && numParams() > 0) {
            List<Layer> inOrder = new ArrayList<>();
            for (int index : topologicalOrder) {
                GraphVertex vertex = vertices[index];
                if (vertex.hasLayer() && vertex.numParams() > 0) {
                    inOrder.add(vertex.getLayer());
                }
            }
            solver = new Descent(this, new TrainedStep(inOrder));
        }
    }

    @Override
    public void initGradientsView() {
        if (!initCalled) {
            init();
        }
        if (numParams() == 0) {
            super.initGradientsView();
            return;
        }
        flattenedGradients = LazyZeros.create(flattenedParams.dataType(), numParams());
        INDArray flat = flattenedGradients.reshape(new long[] {flattenedGradients.length()});
        long from = 0;
        for (int index : topologicalOrder) {
            long to = from + vertices[index].numParams();
            if (to > from) {
                vertices[index].setBackpropGradientsViewArray(
                        flat.get(NDArrayIndex.interval(from, to)));
            }
            from = to;
        }
    }

    /** The solver that DL4J would make, with a step function of ours. */
    private static final class Descent extends Solver {
        private final ConvexOptimizer optimizer;

        Descent(ComputationGraph graph, TrainedStep step) {
            optimizer =
                    new StochasticGradientDescent(graph.conf(), step, graph.getListeners(), graph);
        }

        @Override
        public void optimize(LayerWorkspaceMgr workspaceMgr) {
            optimizer.optimize(workspaceMgr);
        }

        @Override
        public void initOptimizer() {
            // there is one
        }

        @Override
        public ConvexOptimizer getOptimizer() {
            return optimizer;
        }

        @Override
        public void setListeners(Collection<TrainingListener> listeners) {
            optimizer.setListeners(listeners);
        }
    }
}
