package org.dl4jplugins.multimodal.uvit;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Images [batch, channels, height, width] as patches [batch, patches, channels * patch * patch],
 * row by row, the values of a patch by channel, row and column. A dense layer on them is a
 * convolution whose kernel is as large as its stride.
 */
public final class Patches extends TokenVertex {
    private static final long serialVersionUID = 1L;

    private final int patch;

    /**
     * A vertex.
     *
     * @param patch side of a patch in pixels, at least 1; divides height and width of the images
     * @throws IllegalArgumentException if it is less than 1
     */
    public Patches(@JsonProperty("patch") int patch) {
        super(1);
        this.patch = Require.atLeast(1, "patch", patch);
    }

    /**
     * Side of a patch.
     *
     * @return in pixels
     */
    public int getPatch() {
        return patch;
    }

    @Override
    public Patches clone() {
        return new Patches(patch);
    }

    @Override
    org.deeplearning4j.nn.graph.vertex.GraphVertex runtime(
            ComputationGraph graph, String name, int index, DataType dataType) {
        return new PatchesRuntime(graph, name, index, dataType, patch);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        InputType.InputTypeConvolutional image = image(vertexInputs[0]);
        return tokens(
                image.getChannels() * patch * patch,
                image.getHeight() / patch * (image.getWidth() / patch));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Patches v && v.patch == patch;
    }

    @Override
    public int hashCode() {
        return Patches.class.hashCode() + patch;
    }

    @Override
    public String toString() {
        return "Patches(" + patch + ")";
    }

    private static final class PatchesRuntime extends TokenVertexRuntime {
        private static final long serialVersionUID = 1L;

        private final int patch;

        PatchesRuntime(
                ComputationGraph graph, String name, int index, DataType dataType, int patch) {
            super(graph, name, index, dataType);
            this.patch = patch;
        }

        @Override
        INDArray forward(LayerWorkspaceMgr workspaceMgr) {
            INDArray image = inputs[0];
            if (image.rank() != 4 || image.size(2) % patch != 0 || image.size(3) % patch != 0) {
                throw refused(
                        "images [batch, channels, height, width] with height and width multiples"
                                + " of "
                                + patch,
                        0);
            }
            long count = image.size(2) / patch * (image.size(3) / patch);
            INDArray tokens =
                    activation(workspaceMgr, image.size(0), count, image.size(1) * patch * patch);
            PatchOrder.CHANNEL_FIRST.cut(input(0, workspaceMgr), patch, tokens);
            return tokens;
        }

        @Override
        INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
            INDArray image = gradient(workspaceMgr, inputs[0].shape());
            PatchOrder.CHANNEL_FIRST.join(epsilon, patch, image);
            return new INDArray[] {image};
        }
    }
}
