package org.dl4jplugins.multimodal.uvit;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The end of a long skip connection: two sequences [batch, tokens, width], the upper one first,
 * side by side [batch, tokens, 2 * width].
 */
public final class SkipConcat extends TokenVertex {
    private static final long serialVersionUID = 1L;

    /** A vertex. */
    public SkipConcat() {
        super(2);
    }

    @Override
    public SkipConcat clone() {
        return new SkipConcat();
    }

    @Override
    org.deeplearning4j.nn.graph.vertex.GraphVertex runtime(
            ComputationGraph graph, String name, int index, DataType dataType) {
        return new SkipConcatRuntime(graph, name, index, dataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        InputType.InputTypeRecurrent x = sequence(vertexInputs[0]);
        return tokens(2 * x.getSize(), x.getTimeSeriesLength());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SkipConcat;
    }

    @Override
    public int hashCode() {
        return SkipConcat.class.hashCode();
    }

    @Override
    public String toString() {
        return "SkipConcat()";
    }

    private static final class SkipConcatRuntime extends TokenVertexRuntime {
        private static final long serialVersionUID = 1L;

        SkipConcatRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
            super(graph, name, index, dataType);
        }

        @Override
        INDArray forward(LayerWorkspaceMgr workspaceMgr) {
            INDArray x = inputs[0];
            if (x.rank() != 3 || !x.equalShapes(inputs[1])) {
                throw refused("two inputs of shape " + Arrays.toString(x.shape()), 1);
            }
            INDArray both = activation(workspaceMgr, x.size(0), x.size(1), 2 * x.size(2));
            INDArray pairs = pairs(both);
            for (int i = 0; i < 2; i++) {
                TokenBlocks.write(rows(input(i, workspaceMgr)), pairs, i);
            }
            return both;
        }

        @Override
        INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
            INDArray[] gradients = new INDArray[2];
            for (int i = 0; i < 2; i++) {
                gradients[i] = gradient(workspaceMgr, inputs[i].shape());
                TokenBlocks.read(pairs(epsilon), i, rows(gradients[i]));
            }
            return gradients;
        }

        /** [batch * tokens, 2, width] on the same memory. */
        private static INDArray pairs(INDArray both) {
            return both.reshape('c', both.size(0) * both.size(1), 2, both.size(2) / 2);
        }

        /** [batch * tokens, 1, width] on the same memory. */
        private static INDArray rows(INDArray x) {
            return x.reshape('c', x.size(0) * x.size(1), 1, x.size(2));
        }
    }
}
