package org.dl4jplugins.cl.kif;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * A second updater of a graph, with its own rule, learning rate, state and count of steps. While it
 * works, the graph's own updater and count stand still. Parameters that the graph does not train
 * stay so.
 */
final class OuterLearner {

    private final ComputationGraph graph;
    private final Blocks updater;
    private final List<INDArray> states = new ArrayList<>();
    private int steps;

    /**
     * @param rule null for the graph's own updater, its state and its count
     */
    OuterLearner(ComputationGraph graph, IUpdater rule) {
        this.graph = graph;
        this.updater = rule == null ? null : new Blocks(graph);
        if (updater != null) {
            for (UpdaterBlock block : updater.getUpdaterBlocks()) {
                replace(block, rule);
            }
            updater.forget();
        }
    }

    private void replace(UpdaterBlock block, IUpdater rule) {
        UpdaterBlock.ParamState first = block.getLayersAndVariablesInBlock().get(0);
        if (first.getLayer().getConfig().getUpdaterByParam(first.getParamName()) instanceof NoOp) {
            return;
        }
        long length = block.getParamOffsetEnd() - block.getParamOffsetStart();
        long size = rule.stateSize(length);
        INDArray state = size == 0 ? null : Nd4j.zeros(graph.params().dataType(), 1, size);
        if (state != null) {
            states.add(state);
        }
        block.setUpdaterView(null);
        block.setGradientUpdater(rule.clone().instantiate(state, true));
    }

    /** Runs a step with this updater in place of the graph's. */
    void run(Runnable step) {
        if (updater == null) {
            step.run();
            return;
        }
        ComputationGraphUpdater own = graph.getUpdater(true);
        ComputationGraphConfiguration conf = graph.getConfiguration();
        int iteration = conf.getIterationCount();
        graph.setUpdater(updater);
        conf.setIterationCount(steps);
        try {
            step.run();
            steps++;
        } finally {
            graph.setUpdater(own);
            conf.setIterationCount(iteration);
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(steps);
        for (INDArray state : states) {
            Nd4j.write(state, out);
        }
    }

    void read(DataInputStream in) throws IOException {
        steps = in.readInt();
        for (INDArray state : states) {
            state.assign(Nd4j.read(in));
        }
    }

    /** The graph's blocks of parameters, without the state of the graph's own rules. */
    private static final class Blocks extends ComputationGraphUpdater {
        Blocks(ComputationGraph graph) {
            super(graph, lent(graph));
        }

        /** The state of the graph's own updater, as nothing shall be made to be thrown away. */
        private static INDArray lent(ComputationGraph graph) {
            INDArray state = graph.getUpdater(true).getStateViewArray();
            return state == null || state.isEmpty() ? null : state.reshape(state.length());
        }

        void forget() {
            updaterStateViewArray = null;
        }
    }
}
