package org.dl4jplugins.multimodal.easygen;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Sequences one behind the other: inputs [batch, tokens, width], output [batch, sum of tokens,
 * width]; their masks [batch, tokens] are joined alike. There are masks for all inputs or for none.
 */
public final class JoinedTokens extends SequenceVertex {
    private static final long serialVersionUID = 1L;

    /** A vertex. */
    public JoinedTokens() {
        // nothing to set
    }

    @Override
    public JoinedTokens clone() {
        return new JoinedTokens();
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return Integer.MAX_VALUE;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new JoinedTokensRuntime(graph, name, idx, networkDatatype);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        long tokens = 0;
        for (InputType type : vertexInputs) {
            tokens += sequence(type).getTimeSeriesLength();
        }
        return InputType.recurrent(sequence(vertexInputs[0]).getSize(), tokens, RNNFormat.NWC);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JoinedTokens;
    }

    @Override
    public int hashCode() {
        return JoinedTokens.class.hashCode();
    }

    @Override
    public String toString() {
        return "JoinedTokens()";
    }

    private static final class JoinedTokensRuntime extends SequenceVertexRuntime {
        private static final long serialVersionUID = 1L;

        JoinedTokensRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
            super(graph, name, index, dataType);
        }

        @Override
        INDArray outputMask(INDArray[] given) {
            for (int i = 0; i < given.length; i++) {
                if (given[i] == null) {
                    throw new IllegalStateException(
                            this
                                    + ": input "
                                    + i
                                    + " has no mask but another one has; give masks of all"
                                    + " inputs or of none");
                }
            }
            return Nd4j.concat(1, given);
        }

        @Override
        INDArray forward(LayerWorkspaceMgr workspaceMgr) {
            INDArray x = inputs[0];
            long tokens = 0;
            for (int i = 0; i < inputs.length; i++) {
                boolean fits =
                        inputs[i].rank() == 3
                                && inputs[i].size(0) == x.size(0)
                                && inputs[i].size(2) == x.size(2);
                if (!fits) {
                    throw refused(
                            x.rank() == 3
                                    ? "tokens [" + x.size(0) + ", tokens, " + x.size(2) + "]"
                                    : "tokens [batch, tokens, width]",
                            i);
                }
                tokens += inputs[i].size(1);
            }
            INDArray all = activation(workspaceMgr, x.size(0), tokens, x.size(2));
            long first = 0;
            for (INDArray part : inputs) {
                part(all, first, part.size(1)).assign(part);
                first += part.size(1);
            }
            return all;
        }

        @Override
        INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
            INDArray[] gradients = new INDArray[inputs.length];
            long first = 0;
            for (int i = 0; i < inputs.length; i++) {
                gradients[i] = gradient(workspaceMgr, inputs[i].shape());
                gradients[i].assign(part(epsilon, first, inputs[i].size(1)));
                first += inputs[i].size(1);
            }
            return gradients;
        }

        private static INDArray part(INDArray all, long first, long tokens) {
            return all.get(
                    NDArrayIndex.all(),
                    NDArrayIndex.interval(first, first + tokens),
                    NDArrayIndex.all());
        }
    }
}
