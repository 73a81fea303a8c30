package org.dl4jplugins.multimodal.uvit;

import java.util.Objects;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Some tokens of a sequence: [batch, all, width] to [batch, tokens, width]. */
public final class TokenSlice extends TokenVertex {
    private static final long serialVersionUID = 1L;

    private final int first;
    private final int tokens;

    /**
     * A vertex.
     *
     * @param first index of the first token, at least 0
     * @param tokens how many, at least 1, or 0 for all from the first on
     * @throws IllegalArgumentException if one is negative
     */
    public TokenSlice(@JsonProperty("first") int first, @JsonProperty("tokens") int tokens) {
        super(1);
        this.first = Require.atLeast(0, "first", first);
        this.tokens = Require.atLeast(0, "tokens", tokens);
    }

    /**
     * Index of the first token.
     *
     * @return at least 0
     */
    public int getFirst() {
        return first;
    }

    /**
     * How many tokens there are.
     *
     * @return 0 for all from the first on
     */
    public int getTokens() {
        return tokens;
    }

    @Override
    public TokenSlice clone() {
        return new TokenSlice(first, tokens);
    }

    @Override
    org.deeplearning4j.nn.graph.vertex.GraphVertex runtime(
            ComputationGraph graph, String name, int index, DataType dataType) {
        return new TokenSliceRuntime(graph, name, index, dataType, this);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        InputType.InputTypeRecurrent all = sequence(vertexInputs[0]);
        return tokens(all.getSize(), tokens > 0 ? tokens : all.getTimeSeriesLength() - first);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenSlice v && v.first == first && v.tokens == tokens;
    }

    @Override
    public int hashCode() {
        return Objects.hash(first, tokens);
    }

    @Override
    public String toString() {
        return "TokenSlice(first=" + first + ", tokens=" + (tokens > 0 ? tokens : "all") + ")";
    }

    private static final class TokenSliceRuntime extends TokenVertexRuntime {
        private static final long serialVersionUID = 1L;

        private final TokenSlice conf;

        TokenSliceRuntime(
                ComputationGraph graph,
                String name,
                int index,
                DataType dataType,
                TokenSlice conf) {
            super(graph, name, index, dataType);
            this.conf = conf;
        }

        @Override
        INDArray forward(LayerWorkspaceMgr workspaceMgr) {
            INDArray all = inputs[0];
            long count = conf.tokens > 0 ? conf.tokens : all.size(1) - conf.first;
            if (all.rank() != 3 || count < 1 || conf.first + count > all.size(1)) {
                throw refused(
                        "[batch, at least "
                                + (conf.first + Math.max(conf.tokens, 1))
                                + " tokens, width]",
                        0);
            }
            INDArray part = activation(workspaceMgr, all.size(0), count, all.size(2));
            TokenBlocks.read(input(0, workspaceMgr), conf.first, part);
            return part;
        }

        @Override
        INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
            INDArray all =
                    workspaceMgr.create(
                            ArrayType.ACTIVATION_GRAD, dataType, inputs[0].shape(), 'c');
            TokenBlocks.write(epsilon, all, conf.first);
            return new INDArray[] {all};
        }
    }
}
