package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link TiedEmbedding}. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class TiedEmbeddingRuntime extends TiedRuntime {
    private static final long serialVersionUID = 1L;

    private transient INDArray mask;

    TiedEmbeddingRuntime(
            ComputationGraph graph, String name, int index, String embedding, DataType type) {
        super(graph, name, index, embedding, type);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        checkForward();
        TokenVectors owner = table().vectors();
        TokenIds ids = owner.read(inputs[0], mask(), id());
        INDArray vectors = owner.vectors();
        INDArray out =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS,
                        dataType,
                        new long[] {ids.batch(), ids.time(), vectors.size(1)},
                        'c');
        Table.gather(vectors, ids.ids(), LastAxis.matrix(out));
        return out;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        checkBackward();
        TiedTable table = table();
        if (table.trainable()) {
            INDArray delta =
                    LastAxis.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
            TokenIds ids = table.vectors().read(inputs[0], mask(), id());
            table.vectors().addLookupGradient(ids, LastAxis.matrix(delta), table.ownerFirst());
        }
        return new Pair<>(null, new INDArray[] {null});
    }

    /** The mask of the present input; DL4J clears the masks of layers only, not of vertices. */
    private INDArray mask() {
        return graph.getInputMaskArrays() == null ? null : mask;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        mask = maskArrays == null ? null : maskArrays[0];
        return super.feedForwardMaskArrays(maskArrays, currentMaskState, minibatchSize);
    }
}
