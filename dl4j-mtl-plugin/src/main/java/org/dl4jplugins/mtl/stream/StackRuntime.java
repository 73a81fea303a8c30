package org.dl4jplugins.mtl.stream;

import java.util.Arrays;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.PixelBatches;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Forward: concatenation along dimension 0; backward: each input gets its part. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class StackRuntime extends StreamRuntime {
    private static final long serialVersionUID = 1L;

    StackRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
        super(graph, name, index, dataType);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        checkForward();
        for (INDArray input : inputs) {
            if (!Arrays.equals(input.shape(), inputs[0].shape())) {
                throw new IllegalStateException(
                        "Vertex "
                                + getVertexName()
                                + ": streams must have equal shapes, got "
                                + Arrays.toString(inputs[0].shape())
                                + " and "
                                + Arrays.toString(input.shape()));
            }
        }
        return PixelBatches.applies(inputs)
                ? PixelBatches.stack(inputs, pixelOutput, workspaceMgr, ArrayType.ACTIVATIONS)
                : Streams.stack(inputs, workspaceMgr, ArrayType.ACTIVATIONS);
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        INDArray[] epsilons = new INDArray[inputs.length];
        if (epsilon == null) {
            return new Pair<>(null, epsilons);
        }
        checkBackward();
        for (int s = 0; s < inputs.length; s++) {
            epsilons[s] = part(s, workspaceMgr);
        }
        return new Pair<>(null, epsilons);
    }

    private INDArray part(int stream, LayerWorkspaceMgr workspaceMgr) {
        ArrayType type = ArrayType.ACTIVATION_GRAD;
        int n = inputs.length;
        return PixelBatches.applies(epsilon)
                ? PixelBatches.part(epsilon, stream, n, pixelEpsilon, workspaceMgr, type)
                : workspaceMgr.dup(type, Streams.view(epsilon, stream, n));
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        INDArray mask = maskArrays == null ? null : Streams.stackMasks(maskArrays);
        return new Pair<>(mask, currentMaskState);
    }
}
