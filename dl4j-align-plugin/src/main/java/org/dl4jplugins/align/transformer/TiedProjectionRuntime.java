package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link TiedProjection}. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class TiedProjectionRuntime extends TiedRuntime {
    private static final long serialVersionUID = 1L;

    private final double scale;
    private final long vocabulary;

    TiedProjectionRuntime(
            ComputationGraph graph, String name, int index, TiedProjection conf, DataType type) {
        super(graph, name, index, conf.getEmbedding(), type);
        scale = conf.getScale();
        vocabulary = conf.getVocabulary();
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        checkForward();
        INDArray vectors = table().vectors().vectors();
        if (vocabulary != 0 && vocabulary != vectors.size(0)) {
            throw new DL4JInvalidConfigException(
                    id()
                            + " was built for a vocabulary of "
                            + vocabulary
                            + ", the embedding's vectors have shape "
                            + Arrays.toString(vectors.shape()));
        }
        INDArray x = hidden(vectors, workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray logits =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS,
                        dataType,
                        LastAxis.withWidth(inputs[0].shape(), vectors.size(0)),
                        'c');
        Gemm.multiply(false, x, true, vectors, 0, LastAxis.matrix(logits));
        return logits;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        checkBackward();
        TiedTable table = table();
        INDArray vectors = table.vectors().vectors();
        INDArray delta =
                LastAxis.matrix(
                        LastAxis.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM));
        if (table.trainable()) {
            INDArray x = hidden(vectors, workspaceMgr, ArrayType.BP_WORKING_MEM);
            table.vectors().addProjectionGradient(delta, x);
        }
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, inputs[0].shape(), 'c');
        Gemm.multiply(false, delta, false, vectors, 0, LastAxis.matrix(dx));
        return new Pair<>(null, new INDArray[] {scale == 1 ? dx : dx.muli(scale)});
    }

    /** The input as matrix [tokens, width], scaled. */
    private INDArray hidden(INDArray vectors, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        LastAxis.check(inputs[0], vectors.size(1), "(" + id() + ")");
        INDArray x = LastAxis.matrix(LastAxis.dense(inputs[0], dataType, workspaceMgr, type));
        return scale == 1 ? x : x.mul(scale);
    }
}
