package org.dl4jplugins.multimodal.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A picture file and what people wrote about it.
 *
 * @param image its file
 * @param captions one or more
 */
public record CaptionedImage(Path image, List<String> captions) {

    /** Copies the captions. */
    public CaptionedImage {
        captions = List.copyOf(captions);
        Ensure.that(!captions.isEmpty(), "captions", "none for " + image, "at least one");
    }
}
