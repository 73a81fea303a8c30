package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images and texts of other sizes than the network's. */
class UViTInputTest {

    private final ComputationGraph graph =
            UViT.create(
                    new UViTConfig.Builder()
                            .image(2, 4, 4)
                            .patch(2)
                            .width(16)
                            .depth(2)
                            .heads(2)
                            .text(3, 4)
                            .clipWidth(5)
                            .build(),
                    TinyUViT.training(DataType.FLOAT));

    private static INDArray ones(long... shape) {
        return Nd4j.ones(DataType.FLOAT, shape);
    }

    private void refused(String message, INDArray image, INDArray clip, INDArray text, int type) {
        INDArray t = ones(1, 1);
        Exception e =
                assertThrows(
                        DL4JInvalidInputException.class,
                        () -> graph.output(image, clip, text, t, t, t.mul(type)));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void wrongInputsAreNamed() {
        INDArray image = ones(1, 2, 4, 4);
        INDArray clip = ones(1, 1, 5);
        INDArray text = ones(1, 3, 4);
        refused("(layer name: patch_embed.proj", ones(1, 3, 4, 4), clip, text, 1);
        refused(
                "Vertex \"patches\": expected images [batch, channels, height, width] with height"
                        + " and width multiples of 2, got shape [1, 2, 5, 4]",
                ones(1, 2, 5, 4),
                clip,
                text,
                1);
        refused("(layer name: clip_img_embed", image, ones(1, 1, 4), text, 1);
        refused("(layer name: text_embed", image, clip, ones(1, 3, 5), 1);
        refused("at most 3, 16], got shape [1, 4, 16]", image, clip, ones(1, 4, 4), 1);
        refused("token id 7", image, clip, text, 7);
    }
}
