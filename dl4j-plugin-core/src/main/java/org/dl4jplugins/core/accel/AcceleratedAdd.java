package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sum of pixel-major activations of equal shape; everything else as in DL4J. */
@SuppressWarnings("overrides") // arrays and varargs mixed in DL4J
final class AcceleratedAdd extends ElementWiseVertex implements PixelLayer {
    private boolean pixelOutput;
    private boolean pixelEpsilon;

    /**
     * Takes the place of a vertex.
     *
     * @param old a vertex that adds
     * @param dataType the network's type
     */
    AcceleratedAdd(ElementWiseVertex old, DataType dataType) {
        super(
                old.getGraph(),
                old.getVertexName(),
                old.getVertexIndex(),
                old.getInputVertices(),
                old.getOutputVertices(),
                Op.Add,
                dataType);
        setOutputVertex(old.isOutputVertex());
    }

    @Override
    public void layout(boolean output, boolean epsilon) {
        pixelOutput = output;
        pixelEpsilon = epsilon;
    }

    private boolean isPixelMajor() {
        for (INDArray in : inputs) {
            if (in == null || !Pixels.is(in) || !in.equalShapes(inputs[0])) {
                return false;
            }
        }
        return inputs.length > 1;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoForward() || !isPixelMajor()) {
            return super.doForward(training, workspaceMgr);
        }
        INDArray y = Pixels.create(workspaceMgr, ArrayType.ACTIVATIONS, inputs[0].shape());
        FloatBuffer[] from = new FloatBuffer[inputs.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = Floats.of(inputs[i]);
        }
        FloatBuffer to = Floats.of(y);
        Rows.chunks(
                to.capacity(),
                (start, end) -> {
                    float[] sum = new float[end - start];
                    float[] a = new float[end - start];
                    from[0].get(start, sum);
                    for (int i = 1; i < from.length; i++) {
                        from[i].get(start, a);
                        Rows.add(sum, a, a.length);
                    }
                    to.put(start, sum);
                });
        return Pixels.release(y, pixelOutput, workspaceMgr, ArrayType.ACTIVATIONS);
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoBackward() || !isPixelMajor()) {
            return super.doBackward(tbptt, workspaceMgr);
        }
        INDArray dy =
                Pixels.of(epsilon.castTo(DataType.FLOAT), workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray[] out = new INDArray[inputs.length];
        FloatBuffer from = Floats.of(dy);
        for (int i = 0; i < out.length; i++) {
            // a copy for each, as DL4J adds to these arrays in place
            INDArray copy = Pixels.create(workspaceMgr, ArrayType.ACTIVATION_GRAD, dy.shape());
            FloatBuffer to = Floats.of(copy);
            Rows.chunks(to.capacity(), (start, end) -> to.put(start, from, start, end - start));
            out[i] = Pixels.release(copy, pixelEpsilon, workspaceMgr, ArrayType.ACTIVATION_GRAD);
        }
        return new Pair<>(null, out);
    }
}
