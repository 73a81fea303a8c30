package org.dl4jplugins.multimodal.data;

/**
 * The largest picture that is decoded. A file's header is asked first, so that a small file that
 * claims a gigantic picture costs no memory.
 *
 * @param side pixels of the longer side, 1 or more
 * @param pixels of the whole picture, 1 or more
 */
public record ImageLimits(int side, long pixels) {

    /** Checks that both are positive. */
    public ImageLimits {
        Ensure.atLeast(1, "side", side);
        Ensure.that(pixels >= 1, "pixels", pixels, "at least 1");
    }

    /** 16,384 pixels on a side, 2^26 (67 million) in all: at most 256 MB when decoded. */
    public static ImageLimits defaults() {
        return new ImageLimits(1 << 14, 1L << 26);
    }
}
