package org.dl4jplugins.multimodal.uvit;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Patches as images. Inputs: patches [batch, patches, patch * patch * channels], row by row, the
 * values of a patch by row, column and channel; and an image of the size to make, whose values do
 * not matter. The output has that image's height and width.
 */
public final class ImageOfPatches extends TokenVertex {
    private static final long serialVersionUID = 1L;

    private final int patch;

    /**
     * A vertex.
     *
     * @param patch side of a patch in pixels, at least 1
     * @throws IllegalArgumentException if it is less than 1
     */
    public ImageOfPatches(@JsonProperty("patch") int patch) {
        super(2);
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
    public ImageOfPatches clone() {
        return new ImageOfPatches(patch);
    }

    @Override
    org.deeplearning4j.nn.graph.vertex.GraphVertex runtime(
            ComputationGraph graph, String name, int index, DataType dataType) {
        return new ImageOfPatchesRuntime(graph, name, index, dataType, patch);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        InputType.InputTypeConvolutional image = image(vertexInputs[1]);
        long channels = sequence(vertexInputs[0]).getSize() / patch / patch;
        return InputType.convolutional(image.getHeight(), image.getWidth(), channels);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageOfPatches v && v.patch == patch;
    }

    @Override
    public int hashCode() {
        return ImageOfPatches.class.hashCode() + patch;
    }

    @Override
    public String toString() {
        return "ImageOfPatches(" + patch + ")";
    }

    private static final class ImageOfPatchesRuntime extends TokenVertexRuntime {
        private static final long serialVersionUID = 1L;

        private final int patch;

        ImageOfPatchesRuntime(
                ComputationGraph graph, String name, int index, DataType dataType, int patch) {
            super(graph, name, index, dataType);
            this.patch = patch;
        }

        @Override
        INDArray forward(LayerWorkspaceMgr workspaceMgr) {
            INDArray like = inputs[1];
            long count = like.size(2) / patch * (like.size(3) / patch);
            INDArray tokens = inputs[0];
            if (tokens.rank() != 3
                    || tokens.size(0) != like.size(0)
                    || tokens.size(1) != count
                    || tokens.size(2) % (patch * patch) != 0) {
                throw refused(
                        "patches ["
                                + like.size(0)
                                + ", "
                                + count
                                + ", a multiple of "
                                + patch * patch
                                + "]",
                        0);
            }
            long channels = tokens.size(2) / patch / patch;
            INDArray image =
                    activation(workspaceMgr, like.size(0), channels, like.size(2), like.size(3));
            PatchOrder.CHANNEL_LAST.join(input(0, workspaceMgr), patch, image);
            return image;
        }

        /** The second input gives only its size: its gradient is zero. */
        @Override
        INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
            INDArray tokens = gradient(workspaceMgr, inputs[0].shape());
            PatchOrder.CHANNEL_LAST.cut(epsilon, patch, tokens);
            INDArray none =
                    workspaceMgr.create(
                            ArrayType.ACTIVATION_GRAD, dataType, inputs[1].shape(), 'c');
            return new INDArray[] {tokens, none};
        }
    }
}
