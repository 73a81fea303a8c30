package org.dl4jplugins.multimodal.easygen;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An answer with images.
 *
 * @param text what is said, without tags
 * @param descriptions that the model has written of the images, in their order
 * @param images as drawn from the descriptions [images, channels, height, width] in [-1, 1]; null
 *     if there are none
 */
public record ChatReply(String text, List<String> descriptions, INDArray images) {

    /** Copies the list. */
    public ChatReply {
        descriptions = List.copyOf(descriptions);
    }

    /** {@return the reply as a turn, to go on with the conversation} */
    public ChatTurn asTurn() {
        return ChatTurn.assistant(this);
    }
}
