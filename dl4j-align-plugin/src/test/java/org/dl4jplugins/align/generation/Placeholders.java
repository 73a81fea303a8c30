package org.dl4jplugins.align.generation;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.PrefillOnly;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Puts vectors [batch, n, width] into the places of a sequence [batch, time, width] whose id is
 * {@link #ID}, in order, as long as there are some that are not masked; inputs sequence, ids and
 * vectors.
 */
@SuppressWarnings("serial")
final class Placeholders extends GraphVertex {
    static final int ID = 6;

    @Override
    public GraphVertex clone() {
        return new Placeholders();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Placeholders;
    }

    @Override
    public int hashCode() {
        return ID;
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 3;
    }

    @Override
    public int maxVertexInputs() {
        return 3;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int index,
            INDArray params,
            boolean initialize,
            DataType type) {
        return new Runtime(graph, name, index, type);
    }

    @Override
    public InputType getOutputType(int index, InputType... inputs) {
        return inputs[0];
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        throw new UnsupportedOperationException();
    }

    @SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
    private static final class Runtime extends BaseGraphVertex implements PrefillOnly {
        private INDArray mask;
        private INDArray used;

        Runtime(ComputationGraph graph, String name, int index, DataType type) {
            super(graph, name, index, null, null, type);
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
        public INDArray doForward(boolean training, LayerWorkspaceMgr mgr) {
            INDArray out = mgr.dup(ArrayType.ACTIVATIONS, inputs[0], 'c');
            for (int b = 0; b < out.size(0); b++) {
                int next = 0;
                for (int t = 0; t < out.size(1); t++) {
                    boolean real = mask == null || mask.getDouble(b, t) != 0;
                    boolean place = real && inputs[1].getInt(b, t) == ID;
                    if (place && next < vectors(b)) {
                        vector(out, b, t).assign(vector(inputs[2], b, next++));
                    }
                }
            }
            mask = null;
            used = null;
            return out;
        }

        private int vectors(int b) {
            return used == null ? (int) inputs[2].size(1) : used.getRow(b).sumNumber().intValue();
        }

        private static INDArray vector(INDArray array, int b, int t) {
            return array.get(NDArrayIndex.point(b), NDArrayIndex.point(t), NDArrayIndex.all());
        }

        @Override
        public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr mgr) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Pair<INDArray, MaskState> feedForwardMaskArrays(
                INDArray[] masks, MaskState state, int batch) {
            mask = masks == null ? null : masks[1];
            used = masks == null ? null : masks[2];
            return new Pair<>(masks == null ? null : masks[0], state);
        }

        @Override
        public void setBackpropGradientsViewArray(INDArray view) {}

        @Override
        public String toString() {
            return "Placeholders";
        }
    }
}
