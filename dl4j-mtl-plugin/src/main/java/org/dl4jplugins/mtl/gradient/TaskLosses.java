package org.dl4jplugins.mtl.gradient;

import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of every task after the forward pass of a training step.
 *
 * @param values [task], as DL4J's score counts them, without regularization
 * @param present for each task whether any of its labels is unmasked
 * @param headMasks the masks the heads hold for their backward pass, which differ from those of
 *     their score if there are feature masks only
 */
record TaskLosses(double[] values, boolean[] present, INDArray[] headMasks) {

    /**
     * @throws IllegalArgumentException if labels are missing or their example counts differ
     */
    static TaskLosses of(ComputationGraph graph, TaskStructure structure, WalkMemory memory) {
        INDArray[] labels = Labels.of(graph);
        Labels.check(graph, structure.tasks(), labels);
        INDArray[] masks = graph.getLabelMaskArrays();
        int tasks = structure.tasks().size();
        TaskLosses losses =
                new TaskLosses(new double[tasks], new boolean[tasks], new INDArray[tasks]);
        GraphVertex[] order = structure.order();
        // Heads in the order of DL4J's backward pass, so that dropout on a head's input draws the
        // same masks as without a listener.
        for (int i = order.length - 1; i >= 0; i--) {
            int t = structure.tasks().indexOf(order[i].getVertexName());
            if (t >= 0) {
                INDArray mask = masks == null ? null : masks[t];
                losses.present[t] = mask == null || mask.maxNumber().doubleValue() != 0;
                losses.compute(t, structure.loss(t), labels[t], mask, memory.outsideWalk());
            }
        }
        return losses;
    }

    @SuppressWarnings("try")
    private void compute(
            int task, IOutputLayer head, INDArray labels, INDArray mask, LayerWorkspaceMgr m) {
        headMasks[task] = head.getMaskArray();
        try (MemoryWorkspace w = m.notifyScopeEntered(ArrayType.FF_WORKING_MEM)) {
            head.setLabels(labels);
            head.setMaskArray(mask);
            values[task] = head.computeScore(0, true, m);
        } finally {
            head.setMaskArray(headMasks[task]);
        }
    }

    /**
     * @throws NonFiniteGradientException if a loss is not finite
     */
    void checkFinite(TaskStructure structure) {
        for (int t = 0; t < values.length; t++) {
            if (!Double.isFinite(values[t])) {
                throw NonFiniteGradientException.loss(structure.tasks().get(t), values[t]);
            }
        }
    }
}
