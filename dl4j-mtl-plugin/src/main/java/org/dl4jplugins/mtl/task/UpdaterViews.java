package org.dl4jplugins.mtl.task;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Views of a range of parameters and of what the updater keeps for it. DL4J orders the updater
 * state by blocks of consecutive parameters with equal updaters; in a block, the first state value
 * of all parameters (Adam's m) comes before the second (v).
 */
final class UpdaterViews {

    private UpdaterViews() {}

    /**
     * @param ranges {from, to} in the flattened parameters
     * @return views of the parameters and of their updater state
     */
    static List<INDArray> of(ComputationGraph graph, List<long[]> ranges) {
        ComputationGraphUpdater updater = graph.getUpdater();
        INDArray params = graph.params();
        INDArray state = updater.getUpdaterStateViewArray();
        List<INDArray> views = new ArrayList<>();
        for (long[] r : ranges) {
            views.add(params.get(NDArrayIndex.interval(r[0], r[1])));
            if (state == null || state.length() == 0) {
                continue;
            }
            INDArray vector = state.reshape(state.length());
            for (UpdaterBlock block : updater.getUpdaterBlocks()) {
                long from = Math.max(r[0], block.getParamOffsetStart());
                long to = Math.min(r[1], block.getParamOffsetEnd());
                if (from < to) {
                    addState(views, vector, block, from, to);
                }
            }
        }
        return views;
    }

    private static void addState(
            List<INDArray> views, INDArray state, UpdaterBlock block, long from, long to) {
        long n = block.getParamOffsetEnd() - block.getParamOffsetStart();
        long start = block.getUpdaterViewOffsetStart();
        long length = block.getUpdaterViewOffsetEnd() - start;
        for (long at = 0; at < length; at += n) {
            long first = start + at - block.getParamOffsetStart();
            views.add(state.get(NDArrayIndex.interval(first + from, first + to)));
        }
    }
}
