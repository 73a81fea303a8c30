package org.dl4jplugins.multimodal.easygen;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A text with descriptions of images in it, as a language model writes it.
 *
 * @param parts text and descriptions in their order, none of them blank
 */
public record TaggedText(List<Part> parts) {

    /**
     * A piece of a text.
     *
     * @param content what is said or described, without tags and outer spaces
     * @param image whether it describes an image
     */
    public record Part(String content, boolean image) {}

    /** Copies the list. */
    public TaggedText {
        parts = List.copyOf(parts);
    }

    /** {@return what is said, without the descriptions} */
    public String text() {
        return parts.stream()
                .filter(part -> !part.image())
                .map(Part::content)
                .collect(Collectors.joining(" "));
    }

    /** {@return the descriptions of images, in their order} */
    public List<String> descriptions() {
        return parts.stream().filter(Part::image).map(Part::content).toList();
    }
}
