package org.dl4jplugins.multimodal.data;

/** What becomes of a text that does not fit into the text window. */
public enum LongText {
    /** Its end is cut off; the first time with a warning in the log. */
    TRUNCATE,
    /** An error that names the text. */
    REFUSE
}
