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
import org.nd4j.linalg.factory.Nd4j;

/** Forward: the input once per stream; backward: the sum over the streams. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class RepeatRuntime extends StreamRuntime {
    private static final long serialVersionUID = 1L;

    private final int streams;

    RepeatRuntime(ComputationGraph graph, String name, int index, DataType dataType, int streams) {
        super(graph, name, index, dataType);
        this.streams = streams;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        checkForward();
        INDArray[] copies = copies(inputs[0]);
        return PixelBatches.applies(inputs[0])
                ? PixelBatches.stack(copies, pixelOutput, workspaceMgr, ArrayType.ACTIVATIONS)
                : Streams.stack(copies, workspaceMgr, ArrayType.ACTIVATIONS);
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        checkBackward();
        if (PixelBatches.applies(epsilon)) {
            INDArray all =
                    PixelBatches.sum(
                            epsilon,
                            streams,
                            pixelEpsilon,
                            workspaceMgr,
                            ArrayType.ACTIVATION_GRAD);
            return new Pair<>(null, new INDArray[] {all});
        }
        INDArray sum =
                workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, Streams.view(epsilon, 0, streams));
        for (int s = 1; s < streams; s++) {
            sum.addi(Streams.view(epsilon, s, streams));
        }
        return new Pair<>(null, new INDArray[] {sum});
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        INDArray mask =
                maskArrays == null || maskArrays[0] == null
                        ? null
                        : Nd4j.concat(0, copies(maskArrays[0]));
        return new Pair<>(mask, currentMaskState);
    }

    private INDArray[] copies(INDArray array) {
        INDArray[] copies = new INDArray[streams];
        Arrays.fill(copies, array);
        return copies;
    }
}
