package org.dl4jplugins.multimodal.uvit;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sequences one after another, plus a vector for each position. Inputs: any number of sequences
 * [batch, tokens, width], and last the positions [1, sum of tokens, width]. The output is [batch,
 * sum of tokens, width].
 */
public final class TokenSequence extends TokenVertex {
    private static final long serialVersionUID = 1L;

    /** A vertex. */
    public TokenSequence() {
        super(2);
    }

    @Override
    public int maxVertexInputs() {
        return Integer.MAX_VALUE;
    }

    @Override
    public TokenSequence clone() {
        return new TokenSequence();
    }

    @Override
    org.deeplearning4j.nn.graph.vertex.GraphVertex runtime(
            ComputationGraph graph, String name, int index, DataType dataType) {
        return new TokenSequenceRuntime(graph, name, index, dataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        long tokens = 0;
        for (int i = 0; i < vertexInputs.length - 1; i++) {
            tokens += sequence(vertexInputs[i]).getTimeSeriesLength();
        }
        return tokens(sequence(vertexInputs[0]).getSize(), tokens);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenSequence;
    }

    @Override
    public int hashCode() {
        return TokenSequence.class.hashCode();
    }

    @Override
    public String toString() {
        return "TokenSequence()";
    }

    private static final class TokenSequenceRuntime extends TokenVertexRuntime {
        private static final long serialVersionUID = 1L;

        TokenSequenceRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
            super(graph, name, index, dataType);
        }

        @Override
        INDArray forward(LayerWorkspaceMgr workspaceMgr) {
            int parts = inputs.length - 1;
            long batch = inputs[0].size(0);
            INDArray positions = inputs[parts];
            long tokens = positions.size(1);
            long width = positions.size(2);
            INDArray all = activation(workspaceMgr, batch, tokens, width);
            long first = 0;
            for (int i = 0; i < parts; i++) {
                INDArray x = inputs[i];
                boolean fits =
                        x.rank() == 3
                                && x.size(0) == batch
                                && x.size(2) == width
                                && first + x.size(1) <= tokens;
                if (!fits) {
                    throw refused(
                            "input "
                                    + i
                                    + " ["
                                    + batch
                                    + ", at most "
                                    + (tokens - first)
                                    + ", "
                                    + width
                                    + "]",
                            i);
                }
                TokenBlocks.write(input(i, workspaceMgr), all, first);
                first += x.size(1);
            }
            if (first != tokens) {
                throw refused("positions [1, " + first + ", " + width + "]", parts);
            }
            TokenBlocks.addToAll(input(parts, workspaceMgr), all);
            return all;
        }

        @Override
        INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
            INDArray[] gradients = new INDArray[inputs.length];
            long first = 0;
            for (int i = 0; i < inputs.length - 1; i++) {
                gradients[i] = gradient(workspaceMgr, inputs[i].shape());
                TokenBlocks.read(epsilon, first, gradients[i]);
                first += inputs[i].size(1);
            }
            INDArray positions = gradient(workspaceMgr, inputs[inputs.length - 1].shape());
            TokenBlocks.sumOfAll(epsilon, positions);
            gradients[inputs.length - 1] = positions;
            return gradients;
        }
    }
}
