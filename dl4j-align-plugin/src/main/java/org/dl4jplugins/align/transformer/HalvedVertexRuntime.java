package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.samediff.SameDiffGraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A vertex of SameDiff without the factor 2 that DL4J 1.0.0-M2.1 puts on its gradients. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class HalvedVertexRuntime extends SameDiffGraphVertex {
    private static final long serialVersionUID = 1L;

    HalvedVertexRuntime(
            SameDiffVertex config,
            ComputationGraph graph,
            String name,
            int vertexIndex,
            INDArray paramsView,
            boolean initParams,
            DataType dataType) {
        super(config, graph, name, vertexIndex, paramsView, initParams, dataType);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        forgetMasks();
        return super.doForward(training, workspaceMgr);
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        forgetMasks();
        Pair<Gradient, INDArray[]> doubled = super.doBackward(tbptt, workspaceMgr);
        doubled.getFirst().gradientForVariable().values().forEach(g -> g.muli(0.5));
        for (INDArray epsilon : doubled.getSecond()) {
            epsilon.muli(0.5);
        }
        return doubled;
    }

    private void forgetMasks() {
        if (graph.getInputMaskArrays() == null) {
            maskArrays = null;
        }
    }

    @Override
    public String toString() {
        return "ProjectedAttentionVertex(" + vertexName + ")";
    }
}
