package org.dl4jplugins.mtl.stream;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.PixelBatches;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Forward: one part of dimension 0; backward: the epsilon in its place, zeros elsewhere. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class SliceRuntime extends StreamRuntime {
    private static final long serialVersionUID = 1L;

    private final int stream;
    private final int streams;

    SliceRuntime(
            ComputationGraph graph,
            String name,
            int index,
            DataType dataType,
            int stream,
            int streams) {
        super(graph, name, index, dataType);
        this.stream = stream;
        this.streams = streams;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        checkForward();
        ArrayType type = ArrayType.ACTIVATIONS;
        INDArray in = inputs[0];
        return PixelBatches.applies(in)
                ? PixelBatches.part(in, stream, streams, pixelOutput, workspaceMgr, type)
                : workspaceMgr.dup(type, Streams.view(in, stream, streams));
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        checkBackward();
        INDArray stack =
                PixelBatches.applies(epsilon)
                        ? PixelBatches.spread(
                                epsilon,
                                stream,
                                streams,
                                pixelEpsilon,
                                workspaceMgr,
                                ArrayType.ACTIVATION_GRAD)
                        : spread(workspaceMgr);
        return new Pair<>(null, new INDArray[] {stack});
    }

    private INDArray spread(LayerWorkspaceMgr workspaceMgr) {
        INDArray stack =
                workspaceMgr.create(
                        ArrayType.ACTIVATION_GRAD,
                        epsilon.dataType(),
                        Streams.shapeWith(epsilon, streams * epsilon.size(0)),
                        'c');
        Streams.view(stack, stream, streams).assign(epsilon);
        return stack;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        INDArray mask =
                maskArrays == null || maskArrays[0] == null
                        ? null
                        : Streams.view(maskArrays[0], stream, streams);
        return new Pair<>(mask, currentMaskState);
    }
}
