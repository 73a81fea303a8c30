package org.dl4jplugins.align.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.FloatMath;
import org.dl4jplugins.core.accel.Floats;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes {@link GatedVertex}. The function of the gate is evaluated again in the backward pass:
 * that costs less than to store and read it, and two arrays less of memory.
 */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class GatedRuntime extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    private final IActivation function;

    GatedRuntime(
            ComputationGraph graph,
            String name,
            int index,
            IActivation function,
            DataType dataType) {
        super(graph, name, index, null, null, dataType);
        this.function = function;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoForward()) {
            throw new IllegalStateException("Vertex " + getVertexName() + ": inputs not set");
        }
        if (!inputs[0].equalShapes(inputs[1])) {
            throw new DL4JInvalidInputException(
                    "Vertex "
                            + getVertexName()
                            + ": gate and up must have equal shapes, got "
                            + Arrays.toString(inputs[0].shape())
                            + " and "
                            + Arrays.toString(inputs[1].shape()));
        }
        INDArray gate = dense(inputs[0], workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray up = dense(inputs[1], workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray y =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS, dataType, gate.shape(), 'c');
        Supplier<ElementKernel> kernel = ElementKernel.of(function);
        if (kernel != null && FloatRows.fit(gate, up, y)) {
            forward(kernel, Floats.of(gate), Floats.of(up), Floats.of(y));
        } else {
            y.assign(gate);
            function.getActivation(LastAxis.matrix(y), training);
            y.muli(up);
        }
        return y;
    }

    private static void forward(
            Supplier<ElementKernel> function, FloatBuffer gate, FloatBuffer up, FloatBuffer y) {
        FloatRows.chunks(
                y.capacity(),
                () -> {
                    ElementKernel kernel = function.get();
                    float[] a = new float[FloatMath.MAX_LENGTH];
                    float[] u = new float[a.length];
                    return (start, n) -> {
                        gate.get(start, a, 0, n);
                        up.get(start, u, 0, n);
                        kernel.apply(a, null, n);
                        for (int i = 0; i < n; i++) {
                            a[i] *= u[i];
                        }
                        y.put(start, a, 0, n);
                    };
                });
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoBackward()) {
            throw new IllegalStateException("Vertex " + getVertexName() + ": epsilon not set");
        }
        INDArray gate = dense(inputs[0], workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray up = dense(inputs[1], workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dy = dense(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray[] out = new INDArray[2];
        for (int i = 0; i < 2; i++) {
            out[i] =
                    workspaceMgr.createUninitialized(
                            ArrayType.ACTIVATION_GRAD, dataType, gate.shape(), 'c');
        }
        Supplier<ElementKernel> kernel = ElementKernel.of(function);
        if (kernel != null && FloatRows.fit(gate, up, dy, out[0])) {
            backward(
                    kernel,
                    new FloatBuffer[] {Floats.of(gate), Floats.of(up), Floats.of(dy)},
                    Floats.of(out[0]),
                    Floats.of(out[1]));
        } else {
            INDArray own = LastAxis.matrix(workspaceMgr.dup(ArrayType.BP_WORKING_MEM, gate, 'c'));
            out[1].assign(function.getActivation(own, true).reshape(gate.shape())).muli(dy);
            own.assign(LastAxis.matrix(gate));
            INDArray scaled = LastAxis.matrix(dy.mul(up));
            out[0].assign(function.backprop(own, scaled).getFirst().reshape(gate.shape()));
        }
        return new Pair<>(null, out);
    }

    /** Takes gate, up and the gradient of the output. */
    private static void backward(
            Supplier<ElementKernel> function,
            FloatBuffer[] in,
            FloatBuffer gateGradient,
            FloatBuffer upGradient) {
        FloatRows.chunks(
                gateGradient.capacity(),
                () -> {
                    ElementKernel kernel = function.get();
                    float[] a = new float[FloatMath.MAX_LENGTH];
                    float[] derivative = new float[a.length];
                    float[] u = new float[a.length];
                    float[] d = new float[a.length];
                    return (start, n) -> {
                        in[0].get(start, a, 0, n);
                        in[1].get(start, u, 0, n);
                        in[2].get(start, d, 0, n);
                        kernel.apply(a, derivative, n);
                        for (int i = 0; i < n; i++) {
                            a[i] *= d[i];
                            derivative[i] *= u[i] * d[i];
                        }
                        gateGradient.put(start, derivative, 0, n);
                        upGradient.put(start, a, 0, n);
                    };
                });
    }

    private INDArray dense(INDArray a, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        return LastAxis.dense(a, dataType, workspaceMgr, type);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        INDArray mask = null;
        if (maskArrays != null && maskArrays.length == 2) {
            mask = maskArrays[0] == null ? maskArrays[1] : maskArrays[0];
        }
        return new Pair<>(mask, currentMaskState);
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public Layer getLayer() {
        return null;
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray view) {
        if (view != null) {
            throw new IllegalArgumentException("Vertex " + getVertexName() + " has no gradients");
        }
    }

    @Override
    public String toString() {
        return "GatedVertex(" + getVertexName() + ")";
    }
}
