package org.dl4jplugins.multimodal.data;

/** How a picture of another shape comes to the size that is wanted. */
public enum ImageFit {
    /** Height and width are scaled apart: nothing is lost, circles become ellipses. */
    STRETCH,
    /** Scaled until it covers the size, then cut on both sides alike. */
    CROP,
    /** Scaled until it fits into the size, then filled up with the background on both sides. */
    PAD,
    /** Not at all: another size is an error. */
    EXACT
}
